import { createServer } from "node:http";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { closeServer, listenOn } from "../../../gateway/net/listen";
import type {
  AuthRequest,
  DecideEvent,
  Decision,
  LeasesEvent,
  ListedLease,
  LoginEvent,
  LoginRequest,
  LoginResult,
  RecheckEvent,
  RunningSession,
} from "../../../shared/authContract";

/** What the function does with an invocation. */
export type Behaviour =
  | {
      readonly decide: (question: AuthRequest) => Decision | null | Promise<Decision | null>;
      /** Default: an answer without any decision. */
      readonly recheck?: (session: RunningSession) => Decision;
      /** Default: every login is made. */
      readonly login?: (request: LoginRequest) => LoginResult | Promise<LoginResult>;
    }
  | { readonly payload: string }
  | { readonly functionError: string; readonly payload: string }
  | { readonly status: number; readonly type: string }
  | "silent"
  | "reset";

export const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:auth:live";

export type AuthEvent = DecideEvent | LoginEvent | RecheckEvent | LeasesEvent;

export interface FakeLambda {
  /** The real SDK client, pointed here. */
  readonly client: LambdaClient;
  readonly endpoint: string;
  /** The events of all invocations so far. */
  readonly events: AuthEvent[];
  behaviour: Behaviour;
  /** What the list of leases is, while there is a `decide`. */
  leases: readonly ListedLease[];
  stop(): Promise<void>;
}

/** An HTTP server that speaks the Lambda Invoke API. */
export async function startFakeLambda(behaviour: Behaviour): Promise<FakeLambda> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const expected = `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
    if (request.method !== "POST" || request.url !== expected) {
      response.writeHead(404).end();
      return;
    }
    const event = JSON.parse(Buffer.concat(chunks).toString("utf8")) as AuthEvent;
    fake.events.push(event);
    const now = fake.behaviour;
    if (now === "silent") return;
    if (now === "reset") request.socket.resetAndDestroy();
    else if (event.operation === "leases" && "decide" in now) {
      response.end(JSON.stringify({ leases: fake.leases, nextPage: null }));
    } else if (event.operation === "login" && "decide" in now) {
      const made = { login: "sealed-login", forMs: 540_000 };
      const logins = await Promise.all(event.logins.map(now.login ?? (() => made)));
      response.end(JSON.stringify({ logins }));
    } else if ("decide" in now) {
      const decisions =
        event.operation === "decide"
          ? await Promise.all(event.questions.map(now.decide))
          : event.operation === "recheck" && now.recheck
            ? event.sessions.map(now.recheck)
            : [];
      response.end(answered(decisions));
    } else if ("functionError" in now) {
      response.writeHead(200, { "x-amz-function-error": now.functionError }).end(now.payload);
    } else if ("status" in now) {
      const body = JSON.stringify({ Reason: "test", message: "Rate Exceeded." });
      response.writeHead(now.status, { "x-amzn-errortype": now.type }).end(body);
    } else response.end(now.payload);
  });
  const endpoint = `http://127.0.0.1:${await listenOn(server, 0, "127.0.0.1")}`;
  const client = new LambdaClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const fake: FakeLambda = {
    client,
    endpoint,
    events: [],
    behaviour,
    leases: [],
    stop: async () => {
      client.destroy();
      await closeServer(server);
    },
  };
  return fake;
}

/** The payload of an answer. */
export const answered = (decisions: readonly unknown[], insecurePorts = false): string =>
  JSON.stringify({ decisions, insecurePorts });

export const question = (over: Partial<AuthRequest> = {}): AuthRequest => ({
  action: "read",
  protocol: "rtsp",
  stream: "cam",
  user: "ada",
  password: "pa:ss",
  token: "",
  address: "192.0.2.1",
  ...over,
});

export const allow = (over: Partial<Extract<Decision, { allow: true }>> = {}): Decision => ({
  allow: true,
  path: "cam",
  subject: "user:ada",
  admin: false,
  handle: "sealed",
  notAfter: null,
  ...over,
});
