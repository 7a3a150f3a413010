import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Access } from "../iam/access";
import type { FunctionPlan } from "../plan/types";
import { LogFile } from "../process/logFile";
import { type Processes, signalGroup } from "../process/processes";

/** Lambda gives an execution environment ten seconds to load its handler. */
const initTimeoutMs = 10_000;

/** What an execution environment needs of its host. */
export interface ExecutionHost {
  readonly root: string;
  readonly apiUrl: () => string;
  readonly access: Access;
  readonly processes: Processes;
}

/** How an invocation ended; `payload` is JSON. */
export interface Outcome {
  readonly kind: "result" | "error";
  readonly payload: string;
  /** The environment cannot take another event. */
  readonly dead: boolean;
}

/** Lambda gives out the last 4 KB of an invocation's log. */
const maxTailLength = 4096;

interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "result"; readonly payload: string; readonly memoryMb: number }
  | { readonly kind: "error"; readonly error: FunctionError; readonly memoryMb: number }
  | { readonly kind: "fatal"; readonly error: FunctionError };

/** One execution environment of a function: a process that keeps the handler loaded. */
export class ExecutionEnvironment {
  private readonly child: ChildProcess;
  private readonly log: LogFile | undefined;
  private readonly session: string;
  private readonly startedAtMs = Date.now();
  private onMessage: (message: Message | { readonly kind: "exit"; readonly text: string }) => void =
    () => {};
  /** The message that ended the environment before an invocation waited for it. */
  private early:
    | { kind: "fatal"; error: FunctionError }
    | { kind: "exit"; text: string }
    | undefined;
  private ready = false;
  private initMs: number | undefined;
  private invocationLog = "";

  constructor(
    private readonly plan: FunctionPlan,
    host: ExecutionHost,
  ) {
    const stream = `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[${plan.version}]${randomBytes(16).toString("hex")}`;
    this.log = plan.logGroup
      ? new LogFile(join(host.root, `logs${plan.logGroup}`, `${stream}.log`))
      : undefined;
    this.session = `${plan.name}-${randomBytes(4).toString("hex")}`;
    this.child = fork(join(__dirname, "runtimeInterfaceClient.mjs"), {
      execArgv: [`--max-old-space-size=${plan.memoryMb}`, ...networkOf(plan, host.apiUrl())],
      env: environment(plan, host, this.session, stream),
      cwd: host.root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    host.processes.adopt(this.child);
    for (const output of [this.child.stdout, this.child.stderr]) {
      if (output) this.log?.follow(output);
    }
    this.child.on("message", (message: Message) => this.receive(message));
    this.child.on("error", () => {});
    this.child.once("close", (code, signal) => {
      host.access.revoke(this.session);
      const text = signal
        ? `signal: ${signal === "SIGKILL" ? "killed" : signal}`
        : `exit status ${code}`;
      this.end({ kind: "exit", text });
      void this.log?.close();
    });
  }

  /** Invokes the handler with one event; the previous invocation must have ended. */
  async invoke(requestId: string, arn: string, event: string): Promise<Outcome> {
    const died = await this.whenReady();
    this.invocationLog = "";
    this.say(`START RequestId: ${requestId} Version: ${this.plan.version}`);
    const startedAtMs = Date.now();
    const answer = died ?? (await this.ask(requestId, arn, event, startedAtMs));
    const durationMs = Date.now() - startedAtMs;
    this.say(`END RequestId: ${requestId}`);
    this.say(this.reportLine(requestId, durationMs, "memoryMb" in answer ? answer.memoryMb : 0));
    return this.outcome(requestId, answer);
  }

  /** The end of the log of the last invocation. */
  get logTail(): string {
    return this.invocationLog.slice(-maxTailLength);
  }

  kill(): void {
    if (this.child.pid !== undefined) signalGroup(this.child.pid, "SIGKILL");
  }

  private receive(message: Message): void {
    if (message.kind === "output") {
      for (const line of message.text.replace(/\n$/, "").split("\n")) this.say(line);
    } else if (message.kind === "fatal") {
      this.end(message);
    } else {
      if (message.kind === "ready") {
        this.ready = true;
        this.initMs = Date.now() - this.startedAtMs;
      }
      this.onMessage(message);
    }
  }

  private say(line: string): void {
    this.log?.line(line);
    this.invocationLog = `${this.invocationLog}${line}\n`.slice(-2 * maxTailLength);
  }

  private end(cause: NonNullable<ExecutionEnvironment["early"]>): void {
    this.early ??= cause;
    this.onMessage(this.early);
  }

  /** Resolves to what ended the environment if it never gets ready. */
  private async whenReady(): Promise<Failure | undefined> {
    if (this.ready || this.early) return this.early;
    return this.race<Failure | undefined>(
      initTimeoutMs,
      (message) => (message.kind === "fatal" || message.kind === "exit" ? message : undefined),
      () => ({ kind: "timeout", seconds: initTimeoutMs / 1000 }),
    );
  }

  private ask(requestId: string, arn: string, event: string, nowMs: number): Promise<Reply> {
    const { timeoutMs } = this.plan;
    const reply = this.race<Reply>(
      timeoutMs,
      (message) => message as Reply,
      () => {
        const seconds = timeoutMs / 1000;
        this.log?.line(
          `${new Date().toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds`,
        );
        return { kind: "timeout", seconds };
      },
    );
    this.child.send({ requestId, arn, event, deadlineMs: nowMs + timeoutMs }, () => {});
    return reply;
  }

  /** The next message, or what a timeout makes of it; after that the process is killed. */
  private race<T>(
    ms: number,
    accept: (message: Message | { readonly kind: "exit"; readonly text: string }) => T,
    timedOut: () => T,
  ): Promise<T> {
    return new Promise((resolve) => {
      const settle = (value: T): void => {
        clearTimeout(timer);
        this.onMessage = () => {};
        resolve(value);
      };
      const timer = setTimeout(() => {
        settle(timedOut());
        this.kill();
      }, ms);
      this.onMessage = (message) => settle(accept(message));
    });
  }

  private outcome(requestId: string, answer: Reply): Outcome {
    switch (answer.kind) {
      case "result":
        return { kind: "result", payload: answer.payload, dead: false };
      case "error":
        return { kind: "error", payload: JSON.stringify(answer.error), dead: false };
      case "fatal":
        return { kind: "error", payload: JSON.stringify(answer.error), dead: true };
      case "timeout":
        return failure(
          "Sandbox.Timedout",
          `Task timed out after ${answer.seconds.toFixed(2)} seconds`,
        );
      case "exit":
        return failure("Runtime.ExitError", `Runtime exited with error: ${answer.text}`);
    }
    function failure(errorType: string, text: string): Outcome {
      const errorMessage = `RequestId: ${requestId} Error: ${text}`;
      return { kind: "error", payload: JSON.stringify({ errorType, errorMessage }), dead: true };
    }
  }

  private reportLine(requestId: string, durationMs: number, memoryMb: number): string {
    const init = this.initMs === undefined ? "" : `\tInit Duration: ${this.initMs.toFixed(2)} ms`;
    this.initMs = undefined;
    return (
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\t` +
      `Billed Duration: ${Math.ceil(durationMs)} ms\tMemory Size: ${this.plan.memoryMb} MB\t` +
      `Max Memory Used: ${memoryMb} MB${init}`
    );
  }
}

type Failure =
  | { readonly kind: "fatal"; readonly error: FunctionError }
  | { readonly kind: "exit"; readonly text: string }
  | { readonly kind: "timeout"; readonly seconds: number };

type Reply = Failure | Extract<Message, { kind: "result" | "error" }>;

/** What keeps the connections of a function in a VPC to where its network leads. */
function networkOf({ network }: FunctionPlan, apiUrl: string): string[] {
  if (!network) return [];
  const preload = pathToFileURL(join(__dirname, "vpcNetwork.mjs"));
  preload.searchParams.set("apiPort", new URL(apiUrl).port);
  preload.searchParams.set("internetPorts", JSON.stringify(network.internetPorts));
  return ["--import", preload.href];
}

/** The function's own variables and those that Lambda sets. */
function environment(
  plan: FunctionPlan,
  host: ExecutionHost,
  session: string,
  logStream: string,
): Record<string, string> {
  const credentials = host.access.issue({
    roleArn: plan.role,
    session,
    ...(plan.network?.services ? { services: plan.network.services } : {}),
  });
  const { PATH = "", TMPDIR } = process.env;
  return {
    PATH,
    ...(TMPDIR ? { TMPDIR } : {}),
    HOME: host.root,
    TZ: ":UTC",
    ...plan.environment,
    _HANDLER: plan.handler,
    LAMBDA_TASK_ROOT: plan.code,
    AWS_EXECUTION_ENV: `AWS_Lambda_${plan.runtime}`,
    AWS_REGION: plan.region,
    AWS_DEFAULT_REGION: plan.region,
    AWS_ACCESS_KEY_ID: credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: credentials.Token,
    AWS_ENDPOINT_URL: host.apiUrl(),
    AWS_LAMBDA_FUNCTION_NAME: plan.name,
    AWS_LAMBDA_FUNCTION_VERSION: plan.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: plan.logGroup ?? "",
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  };
}
