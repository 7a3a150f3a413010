import assert from "node:assert/strict";
import { join } from "node:path";
import { type Answer, createHandler } from "../../../lambda/auth/handler";
import { type Cloudtak, startCloudtak } from "../../../local/cloudtak/server";
import type {
  AuthMode,
  AuthRequest,
  DecideAnswer,
  Decision,
  LeasesAnswer,
  RunningSession,
} from "../../../shared/authContract";
import { type FakeSecretsManager, startFakeSecretsManager } from "./fakeSecretsManager";

export const signingSecret = "canary-signing-secret";
export const secretArn =
  "arn:aws:secretsmanager:eu-central-1:123456789012:secret:TAK-Dev-CloudTAK/api/secret-AbCdEf";
export const dataFile = join(__dirname, "../../../local/cloudtak/cloudtak.yaml");

/** The auth function as Lambda would run it, a CloudTAK stand-in and a Secrets Manager. */
export interface AuthFunction {
  readonly cloudtak: Cloudtak;
  readonly secrets: FakeSecretsManager;
  /** Lines of the function's log since the start. */
  readonly log: string[];
  /** Sends an event once. */
  invoke(event: unknown): Promise<Answer>;
  /** The decisions of an event that is sent once. */
  send(event: unknown): Promise<(Decision | null)[]>;
  /** Asks until all are decided, as the gateway does. */
  askAll(questions: readonly Partial<AuthRequest>[]): Promise<Decision[]>;
  ask(question: Partial<AuthRequest>): Promise<Decision>;
  /** Asks again about a session that was allowed. */
  recheck(running: RunningSession): Promise<Decision>;
  leases(page: number): Promise<LeasesAnswer>;
  /** Forgets every cache, as a cold start does. */
  restart(): void;
  close(): Promise<void>;
}

export const question = (part: Partial<AuthRequest>): AuthRequest => ({
  action: "read",
  protocol: part.action === "api" ? "api" : "rtsp",
  stream: part.action === "api" ? "" : "test-stream",
  user: "",
  password: "",
  token: "",
  address: "192.0.2.7",
  ...part,
});

export async function startAuthFunction(authMode: AuthMode = "strict"): Promise<AuthFunction> {
  const cloudtak = await startCloudtak({ port: 0, dataFile, signingSecret });
  const secrets = await startFakeSecretsManager(signingSecret);
  const restoreEnvironment = setEnvironment({
    AWS_ENDPOINT_URL: secrets.url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const environment = {
    cloudtakUrl: new URL(cloudtak.url),
    signingSecretArn: secretArn,
    authMode,
    insecurePorts: false,
  };
  const log: string[] = [];
  let handler = createHandler(environment);

  const invoke = async (event: unknown) => {
    const restoreStdout = captureStdout(log);
    try {
      return await handler(event);
    } finally {
      restoreStdout();
    }
  };
  const send = async (event: unknown) => [...((await invoke(event)) as DecideAnswer).decisions];
  const only = ([decision]: (Decision | null)[]): Decision =>
    decision ?? assert.fail("no decision");
  const askAll = async (questions: readonly Partial<AuthRequest>[]): Promise<Decision[]> => {
    const decisions = await send({
      operation: "decide",
      questions: questions.map(question),
      mayRefreshSecret: true,
    });
    const left = questions.filter((_, index) => decisions[index] === null);
    const later = left.length > 0 ? await askAll(left) : [];
    return decisions.map((decision) => decision ?? later.shift() ?? assert.fail("no decision"));
  };

  return {
    cloudtak,
    secrets,
    log,
    invoke,
    send,
    askAll,
    ask: async (part) => only(await askAll([part])),
    recheck: async (running) => only(await send({ operation: "recheck", sessions: [running] })),
    leases: async (page) => (await invoke({ operation: "leases", page })) as LeasesAnswer,
    restart() {
      handler = createHandler(environment);
    },
    async close() {
      await Promise.all([cloudtak.close(), secrets.close()]);
      restoreEnvironment();
    },
  };
}

export function setEnvironment(variables: Record<string, string>): () => void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  };
}

function captureStdout(lines: string[]): () => void {
  const write = process.stdout.write;
  process.stdout.write = ((chunk: string) => {
    lines.push(...chunk.split("\n").filter((line) => line !== ""));
    return true;
  }) as typeof process.stdout.write;
  return () => {
    process.stdout.write = write;
  };
}
