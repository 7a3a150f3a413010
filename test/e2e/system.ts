/** One local cloud for all end-to-end tests of a process, started by the first test that asks for it. */
import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { prepareBackend } from "../../local/cloud/environment";
import { LocalCloud } from "../../local/cloud/localCloud";
import { cloudtakPort } from "../../local/cloud/localStack";
import { checkout, localPaths, readToolchain } from "../../local/cloud/paths";
import { writeProject } from "../../local/cloud/project";
import { type PulumiResult, pulumi } from "../../local/cloud/pulumiCli";
import { stopAllPrograms } from "./program";

const { MOCHA_WORKER_ID: workerId } = process.env;

/** Name of the local cloud, a folder in `.local`. Mocha numbers the workers that run spec files side by side. */
export const cloudName = workerId === undefined ? "e2e" : `e2e-${workerId}`;
export const paths = localPaths(cloudName);
export const toolchain = readToolchain();
const cloudtakData = join(paths.root, "cloudtak.yaml");

/** Data of the CloudTAK stand-in while the tests run; it is read again when it has changed. */
export interface CloudtakData {
  users: Record<string, unknown>[];
  leases: Record<string, unknown>[];
}

const log: string[] = [];
let started: Promise<RunningSystem> | undefined;

/** What the tests need of the system besides its ports. */
export class RunningSystem {
  constructor(private readonly inner: LocalCloud) {}

  /** Process ids of the running MediaMTX: a task that was replaced has another one. */
  runningTasks(): string[] {
    return processesOf(join(toolchain.mediamtx, "mediamtx"));
  }

  killContainer(name: "mediamtx"): void {
    for (const pid of processesOf(join(toolchain[name], name)))
      process.kill(Number(pid), "SIGKILL");
  }

  /** Does not follow the state meanwhile, as AWS does not. */
  async withoutFollowing(work: () => Promise<void>): Promise<void> {
    const { follow } = this.inner;
    this.inner.follow = async () => {};
    try {
      await work();
    } finally {
      this.inner.follow = follow;
    }
  }

  startCloudtak = () => this.inner.startCloudtak();
  stopCloudtak = () => this.inner.stopCloudtak();
  outputs = () => this.inner.outputs();
  follow = () => this.inner.follow();
  ready = () => this.inner.ready();
  close = () => this.inner.close();
}

function processesOf(command: string): string[] {
  try {
    return execFileSync("pgrep", ["-P", String(process.pid), "-f", `^${command}`], {
      encoding: "utf8",
    })
      .trim()
      .split("\n");
  } catch {
    return [];
  }
}

async function startSystem(): Promise<RunningSystem> {
  rmSync(paths.root, { recursive: true, force: true });
  mkdirSync(paths.root, { recursive: true });
  resetCloudtak();
  const inner = new LocalCloud({
    paths,
    toolchain,
    stack: "dev",
    cloudtakData,
    report: (line) => log.push(line),
  });
  try {
    await inner.start();
  } catch (error) {
    await inner.close();
    throw error;
  }
  return new RunningSystem(inner);
}

/** The running system. */
export function system(): Promise<RunningSystem> {
  started ??= startSystem();
  return started;
}

/** What the system has reported. */
export const reports = (): string => log.join("\n");

export async function stopSystem(): Promise<void> {
  stopAllPrograms();
  const running = await started?.catch(() => undefined);
  started = undefined;
  await running?.close();
}

/** Runs pulumi in the local environment of the end-to-end tests, as a user does with plain commands. */
export function pulumiIn(args: string[], env: Record<string, string> = {}): Promise<PulumiResult> {
  return pulumi(paths, toolchain, args, { env });
}

export async function setConfig(key: string, value: string): Promise<void> {
  const { code, stderr } = await pulumiIn(["config", "set", "--stack", "dev", key, value]);
  assert.equal(code, 0, stderr);
}

/** Sets values in the stack's file, as `pulumi config set` does. Answers what puts the file back. */
export function editStackFile(values: Readonly<Record<string, unknown>>): () => void {
  const file = join(paths.project, "Pulumi.dev.yaml");
  const before = readFileSync(file, "utf8");
  const { config, ...rest } = parse(before);
  const named = Object.entries(values).map(([key, value]) => [`tak-media-infra:${key}`, value]);
  writeFileSync(file, stringify({ ...rest, config: { ...config, ...Object.fromEntries(named) } }));
  return () => writeFileSync(file, before);
}

/** Changes users and leases of CloudTAK. */
export function changeCloudtak(change: (data: CloudtakData) => void): void {
  const data: CloudtakData = parse(readFileSync(cloudtakData, "utf8"));
  change(data);
  writeFileSync(cloudtakData, stringify(data));
}

/** Users and leases as they were at the start. */
export function resetCloudtak(): void {
  cpSync(join(checkout, "local/cloudtak/cloudtak.yaml"), cloudtakData);
}

/** `pulumi up` on stack dev, then waits until the running system has followed. */
export async function deploy(...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await pulumiIn([
    ..."up --yes --skip-preview --stack dev --policy-pack policy".split(" "),
    ...more,
  ]);
  assert.equal(code, 0, stdout + stderr);
  await (await system()).follow();
  return stdout;
}

/** Adds a user who owns a lease of the name `stream`; the stand-in reads its data again with the next request. */
export function addToCloudtak(username: string, password: string, stream: string): void {
  const data = parse(readFileSync(cloudtakData, "utf8"));
  data.users.push({ username, password });
  data.leases.push({ id: 1000 + data.leases.length, name: stream, path: stream, username });
  writeFileSync(cloudtakData, stringify(data));
}

/** A CloudTAK session token, as its web client gets it. */
export async function logIn(username: string, password: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${cloudtakPort}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { token: string }).token;
}

/** Runs `work` with a fresh stack whose file is as committed. */
export async function withStack(stack: string, work: () => Promise<void>): Promise<void> {
  const clean = () => {
    for (const name of [`Pulumi.${stack}.yaml`, `.Pulumi.${stack}.yaml.sha256`]) {
      rmSync(join(paths.project, name), { force: true });
    }
  };
  prepareBackend(paths);
  clean();
  writeProject(paths);
  const init = await pulumiIn(["stack", "init", "--no-select", stack]);
  assert.equal(init.code, 0, init.stderr);
  try {
    await work();
  } finally {
    await pulumiIn(["stack", "rm", "--yes", "--force", stack]);
    clean();
  }
}

/** Everything below a folder as one text, files in no particular order. */
export function textBelow(folder: string): string {
  if (!existsSync(folder)) return "";
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

const gatewayLogs = join(paths.logs, "ecs/TAK-Dev-MediaInfra-MediaMTX");

/** What the gateways of all tasks so far have logged, oldest first: it only ever grows at its end. */
export function gatewayLog(): string {
  if (!existsSync(gatewayLogs)) return "";
  return readdirSync(gatewayLogs, { recursive: true, encoding: "utf8" })
    .filter((name) => /gateway\/[^/]+\.log$/.test(name))
    .map((name) => join(gatewayLogs, name))
    .sort((a, b) => statSync(a).birthtimeMs - statSync(b).birthtimeMs)
    .map((file) => readFileSync(file, "utf8"))
    .join("");
}

/** Lines with this message that the gateway has logged since its log had this length. */
export function loggedSince(length: number, message: string): Record<string, string>[] {
  return gatewayLog()
    .slice(length)
    .split("\n")
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line.slice(line.indexOf("{"))));
}

/** Reasons of the refusals that the gateway has logged since its log had this length. */
export const refusalsSince = (length: number): string[] =>
  loggedSince(length, "auth refused").map(({ reason = "" }) => reason);
