import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers GetSecretValue as AWS does, for the real SDK. */
export interface FakeSecretsManager {
  readonly url: string;
  /** Null: AccessDeniedException. */
  secret: string | null;
  /** Answers are the bare secret instead of JSON that holds it. */
  broken: boolean;
  /** Questions so far. */
  readonly calls: { SecretId: string }[];
  close(): Promise<void>;
}

export async function startFakeSecretsManager(secret: string): Promise<FakeSecretsManager> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const isGet = request.headers["x-amz-target"] === "secretsmanager.GetSecretValue";
      fake.calls.push(JSON.parse(body));
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.statusCode = isGet && fake.secret !== null ? 200 : 400;
      response.end(
        fake.broken
          ? fake.secret
          : JSON.stringify(
              response.statusCode === 200
                ? { ARN: fake.calls.at(-1)?.SecretId, Name: "secret", SecretString: fake.secret }
                : { __type: "AccessDeniedException", message: "Access to KMS is not allowed" },
            ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fake: FakeSecretsManager = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secret,
    broken: false,
    calls: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}
