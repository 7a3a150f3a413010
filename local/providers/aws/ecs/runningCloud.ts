import { existsSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { isAlive } from "../../../account/lockFile";

/** The AWS provider's own timeout for a service to become stable. */
const timeoutMs = 20 * 60_000;

interface AwsEndpoint {
  readonly pid: number;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly sessionToken: string };
}

/**
 * Calls an operation of the local cloud that runs in this folder, with its operator's credentials. Returns undefined when
 * none runs: `npm start` deploys before it runs anything.
 */
export async function callRunningCloud(
  root: string,
  operation: string,
  body: object,
): Promise<Record<string, unknown> | undefined> {
  const file = join(root, "aws-endpoint.json");
  if (!existsSync(file)) return undefined;
  const { pid, endpoint, credentials } = JSON.parse(readFileSync(file, "utf8")) as AwsEndpoint;
  if (!isAlive(pid)) return undefined;
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20000101/local/tak-local/aws4_request`,
    "x-amz-security-token": credentials.sessionToken,
    "x-amz-target": `TakLocal.${operation}`,
  };
  return new Promise((resolve, reject) => {
    const call = request(endpoint, { method: "POST", headers, timeout: timeoutMs });
    call.on("timeout", () =>
      call.destroy(new Error("timeout while waiting for state to become 'tfSTABLE'")),
    );
    call.on("error", reject);
    call.on("response", (response) =>
      readAll(response)
        .then((answer) => {
          if (response.statusCode !== 200) throw new Error(`the local cloud answered ${answer}`);
          resolve(JSON.parse(answer));
        }, reject)
        .catch(reject),
    );
    call.end(JSON.stringify(body));
  });
}
