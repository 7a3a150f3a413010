/**
 * The auth function behind the Lambda Invoke API, with Secrets Manager beside it. As on AWS each instance takes
 * one event at a time, and a new one starts cold when none is free. Sends its URL to its parent.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createHandler, type Handler } from "../../lambda/auth/handler";

const [cloudtakUrl = "", signingSecret = ""] = process.argv.slice(2);
const idle: Handler[] = [];

/** Of each instance; its log goes nowhere. */
const newInstance = () =>
  createHandler({
    cloudtakUrl: new URL(cloudtakUrl),
    signingSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:signing-AbCdEf",
    authMode: "strict",
    insecurePorts: false,
  });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const server = createServer(async (request, response) => {
  const body = await bodyOf(request);
  if (request.headers["x-amz-target"] === "secretsmanager.GetSecretValue") {
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ Name: "signing", SecretString: signingSecret }));
    return;
  }
  const instance = idle.pop() ?? newInstance();
  response.end(JSON.stringify(await instance(JSON.parse(body))));
  idle.push(instance);
});

server.listen(0, "127.0.0.1", () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ENDPOINT_URL = url;
  process.send?.({ url });
});
process.on("disconnect", () => process.exit());
