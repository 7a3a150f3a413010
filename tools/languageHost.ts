/**
 * A Node language host for a Pulumi CLI that was built from source, which comes without one. The official
 * installation brings its own, and that one is used there.
 *
 * The engine starts it with its own address as last argument and reads the port from the first line of stdout.
 * Programs run in `@pulumi/pulumi/cmd/run` and policy packs in `cmd/run-policy-pack` of the project's own
 * node_modules, with the same arguments and variables as the official host. Plugins are never installed here:
 * getRequiredPackages answers none, and what is not implemented is UNIMPLEMENTED.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { engineMessageLimits } from "../shared/engineMessages";
import { servePolicyProxy } from "./policyProxy";

/** Exit code of cmd/run for "failed, and the user has been told why" (sdk/nodejs/cmd/run). */
const alreadyReportedExitCode = 32;

type UnaryCall<Request> = grpc.ServerUnaryCall<Request, unknown>;
type Callback<Answer> = grpc.sendUnaryData<Answer>;

const children = new Set<ChildProcess>();

function start(script: string, fromDirectory: string, args: string[], cwd: string, env: object) {
  const resolved = createRequire(join(fromDirectory, "package.json")).resolve(script);
  const child = spawn(process.execPath, [resolved, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

const engineAddress = process.argv
  .slice(2)
  .filter((arg) => !arg.startsWith("-"))
  .at(-1);

function runArguments(request: language.RunRequest): string[] {
  const info = request.getInfo();
  return [
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engineAddress}`,
    `--organization=${request.getOrganization()}`,
    `--project=${request.getProject()}`,
    `--stack=${request.getStack()}`,
    `--pwd=${request.getPwd()}`,
    `--root-directory=${info?.getRootDirectory()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
    `--parallel=${request.getParallel()}`,
    info?.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
}

/** The runtime option `typescript` of Pulumi.yaml or PulumiPolicy.yaml; true when left out. */
function usesTypeScript(info: language.ProgramInfo | undefined): string {
  return String(info?.getOptions()?.toJavaScript().typescript !== false);
}

function run(call: UnaryCall<language.RunRequest>, callback: Callback<language.RunResponse>): void {
  const request = call.request;
  const info = request.getInfo();
  const tsconfig = info?.getOptions()?.toJavaScript().tsconfig;
  const config = Object.fromEntries(request.getConfigMap().toObject(true) as [string, string][]);
  const child = start(
    "@pulumi/pulumi/cmd/run",
    info?.getProgramDirectory() ?? request.getPwd(),
    runArguments(request),
    request.getPwd(),
    {
      PULUMI_NODEJS_TYPESCRIPT: usesTypeScript(info),
      ...(typeof tsconfig === "string" ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
      PULUMI_CONFIG: JSON.stringify(config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  );
  child.stdout.pipe(process.stdout);
  child.stderr.pipe(process.stderr);
  child.once("error", (error) => callback({ code: grpc.status.INTERNAL, message: String(error) }));
  child.once("close", (code, signal) => {
    const response = new language.RunResponse();
    if (code === alreadyReportedExitCode) {
      response.setBail(true);
    } else if (code !== 0) {
      response.setError(`the program ended with ${signal ?? `exit code ${code}`}`);
    }
    callback(null, response);
  });
}

type PluginStream = grpc.ServerWritableStream<
  language.RunPluginRequest,
  language.RunPluginResponse
>;

function environmentOf(request: language.RunPluginRequest): Record<string, string> {
  const pairs = request.getEnvList().map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return {
    ...Object.fromEntries(pairs),
    PULUMI_NODEJS_TYPESCRIPT: usesTypeScript(request.getInfo()),
  };
}

/** Starts a plugin in its own folder (a pack reads its version from ./package.json) and passes its output on. */
function startPlugin(call: PluginStream, script: string, env: Record<string, string>) {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
  const args = [...request.getArgsList(), folder];
  const child = start(script, folder, args, folder, { ...environmentOf(request), ...env });
  child.stderr.on("data", (data: Buffer) => {
    call.write(new language.RunPluginResponse().setStderr(data));
  });
  child.once("error", (error) => call.destroy(error));
  child.once("close", (code) => {
    call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.once("cancelled", () => child.kill());
  return child;
}

function passOn(call: PluginStream, data: Buffer | string): void {
  call.write(new language.RunPluginResponse().setStdout(Buffer.from(data)));
}

/** Starts a policy pack; resolves with its port, the first line that it prints, and passes on what follows. */
function startPolicyPack(call: PluginStream, env: Record<string, string>): Promise<number> {
  const child = startPlugin(call, "@pulumi/pulumi/cmd/run-policy-pack", env);
  return new Promise((resolve, reject) => {
    let head = "";
    const onData = (data: Buffer) => {
      head += data;
      const end = head.indexOf("\n");
      if (end < 0) return;
      child.stdout.off("data", onData);
      child.stdout.on("data", (more: Buffer) => passOn(call, more));
      if (head.length > end + 1) passOn(call, head.slice(end + 1));
      const port = Number(head.slice(0, end));
      if (port > 0) resolve(port);
      else reject(new Error(`the policy pack printed ${head.slice(0, end)} instead of its port`));
    };
    child.stdout.on("data", onData);
    child.once("close", (code) => reject(new Error(`the policy pack ended with code ${code}`)));
  });
}

function runPlugin(call: PluginStream): void {
  if (call.request.getKind() === "analyzer") {
    servePolicyProxy((env) => startPolicyPack(call, env)).then(
      (port) => passOn(call, `${port}\n`),
      (error) => call.destroy(error),
    );
    return;
  }
  const child = startPlugin(call, "@pulumi/pulumi/cmd/run-plugin", {});
  child.stdout.on("data", (data: Buffer) => passOn(call, data));
}

const server = new grpc.Server(engineMessageLimits);
server.addService(LanguageRuntimeService, {
  getPluginInfo: (_: UnaryCall<unknown>, callback: Callback<plugin.PluginInfo>) =>
    callback(null, new plugin.PluginInfo().setVersion("1.0.0")),
  getRequiredPackages: (
    _: UnaryCall<unknown>,
    callback: Callback<language.GetRequiredPackagesResponse>,
  ) => callback(null, new language.GetRequiredPackagesResponse()),
  run,
  runPlugin,
} as unknown as grpc.UntypedServiceImplementation);

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    console.error(`the language host cannot listen: ${error.message}`);
    process.exit(1);
  }
  console.log(port);
});

function end(): never {
  for (const child of children) child.kill();
  process.exit(0);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);

// An engine that is killed cannot end its plugins: another parent means that ours is gone.
const engine = process.ppid;
setInterval(() => process.ppid === engine || end(), 1000).unref();
