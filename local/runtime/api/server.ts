import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerDeployment } from "../ecs/api/deployService";
import { answerEcs } from "../ecs/api/describeServices";
import { answerLoadBalancing } from "../elbv2/describeTargetHealth";
import type { Caller } from "../iam/access";
import { answerInvoke, isInvoke } from "../lambda/invoke";
import { answerSecretsManager } from "../secretsManager/getSecretValue";
import { type Answer, jsonError, restError } from "./answer";
import type { ApiParts } from "./parts";
import { answerAccount } from "./services";

/** Lambda's limit for a synchronous event; nothing else comes near it. */
const maxBodyBytes = 6 * 1024 * 1024;

/** A client that has not sent its whole request by then is cut off. */
const requestTimeoutMs = 10_000;

const formType = "application/x-www-form-urlencoded";

/**
 * The part of AWS's API that the system calls while it runs, and that operators ask how it is, on a loopback port:
 * Lambda Invoke, Secrets Manager GetSecretValue, the endpoint that gives containers their credentials, ECS
 * DescribeServices, Elastic Load Balancing DescribeTargetHealth, and what is asked about the account (account/).
 */
export class ApiServer {
  private readonly server: Server;

  constructor(private readonly parts: ApiParts) {
    this.server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<void> {
    if (this.server.listening) return;
    await once(this.server.listen({ host: "127.0.0.1", port: 0 }), "listening");
  }

  /** For AWS_ENDPOINT_URL. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    // What a network does not let through is not answered, as on AWS.
    if (this.caller(request)?.services?.includes(scope(request).signedFor) === false) return;
    const {
      status,
      headers,
      body: text,
    } = body === undefined
      ? restError(413, "RequestTooLargeException", `more than ${maxBodyBytes} bytes`)
      : await this.answer(request, body);
    response.writeHead(status, headers).end(text);
  }

  private async answer(request: IncomingMessage, body: string): Promise<Answer> {
    const url = new URL(`http://localhost${request.url ?? "/"}`);
    const target = header(request, "x-amz-target");
    if (request.method === "GET" && url.pathname.startsWith("/v2/credentials/")) {
      const found = this.parts.credentials.answer(url.pathname, header(request, "authorization"));
      return found
        ? {
            status: 200,
            headers: { "content-type": "application/json" },
            body: JSON.stringify(found),
          }
        : restError(403, "AccessDeniedException", "wrong path or authorization token");
    }
    if (request.method === "POST" && isInvoke(url)) {
      return answerInvoke(this.parts.functions, this.parts.access, this.caller(request), {
        url,
        invocationType: header(request, "x-amz-invocation-type"),
        logType: header(request, "x-amz-log-type"),
        body,
      });
    }
    const answered = this.answerAccount(request, url, target, body);
    if (answered) return answered;
    const [service, operation = ""] = target.split(".");
    if (request.method === "POST" && service === "secretsmanager") {
      return answerSecretsManager(this.parts.secrets, this.caller(request), operation, body);
    }
    if (request.method === "POST" && service === "AmazonEC2ContainerServiceV20141113") {
      const { cluster, access } = this.parts;
      return answerEcs(cluster(), access, this.caller(request), operation, body);
    }
    if (request.method === "POST" && header(request, "content-type").startsWith(formType)) {
      const { balancer, access } = this.parts;
      return answerLoadBalancing(balancer, access, this.caller(request), new URLSearchParams(body));
    }
    if (request.method === "POST" && service === "TakLocal") {
      return answerDeployment(this.parts, this.caller(request), operation, body);
    }
    return jsonError(
      "UnknownOperationException",
      `${request.method} ${url.pathname} ${target} is not provided by the local AWS API`.trim(),
    );
  }

  private answerAccount(
    request: IncomingMessage,
    url: URL,
    target: string,
    body: string,
  ): Answer | undefined {
    const { region, signedFor } = scope(request);
    const caller = this.caller(request);
    const { account, access, root } = this.parts;
    const sdkRequest = { signedFor, method: request.method ?? "", url, target, body };
    return answerAccount(sdkRequest, { region, caller, account, access, root });
  }

  private caller(request: IncomingMessage): Caller | undefined {
    const { accessKeyId } = scope(request);
    return this.parts.access.identify(accessKeyId, header(request, "x-amz-security-token"));
  }
}

/** `AWS4-HMAC-SHA256 Credential=<access key id>/<date>/<region>/<service>/aws4_request, ...` */
function scope(request: IncomingMessage) {
  const [, accessKeyId = "", region = "", signedFor = ""] =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/\d+\/([\w-]+)\/([\w-]+)\//.exec(
      header(request, "authorization"),
    ) ?? [];
  return { accessKeyId, region, signedFor };
}

const header = (request: IncomingMessage, name: string): string =>
  String(request.headers[name] ?? "");

/** undefined when the body is too long; the rest of it is then thrown away. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBodyBytes) chunks.push(chunk);
  }
  return length > maxBodyBytes ? undefined : Buffer.concat(chunks).toString("utf8");
}
