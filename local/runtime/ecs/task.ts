import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TargetGroup } from "../elbv2/targetGroup";
import type { Access } from "../iam/access";
import type { ContainerPlan, DependencyPlan, ImagePlan, SecretPlan, TaskPlan } from "../plan/types";
import { LogFile } from "../process/logFile";
import type { Processes } from "../process/processes";
import { SecretError, type Secrets } from "../secretsManager/secrets";
import type { Report } from "../status";
import type { CredentialsEndpoint } from "./api/credentialsEndpoint";
import { Container, type Exit } from "./container";
import { containerEnvironment, type TaskEndpoints } from "./environment";
import { memoryOf } from "./memory";
import { takenPorts } from "./ports";

/** What a task needs of its host. */
export interface Host {
  /** Folder of logs and of the containers' own folders. */
  readonly root: string;
  /** Program and arguments that an image stands for. */
  readonly command: (image: ImagePlan) => readonly string[];
  readonly processes: Processes;
  readonly access: Access;
  readonly secrets: Secrets;
  readonly credentials: CredentialsEndpoint;
  /** URL of the local AWS API. */
  readonly apiUrl: () => string;
  readonly group: (arn: string) => TargetGroup | undefined;
  readonly report: Report;
  /** Where the memory of processes is read; /proc. */
  readonly processFolder: string;
}

/** Interval of checks of the conditions between containers and of the targets' health. */
const pollMs = 100;

/** Interval of measurements of the memory of the task's processes. */
const memoryPollMs = 500;

/** One run of a task: its containers from the first start to the last exit. */
export class Task {
  readonly id = randomBytes(16).toString("hex");
  private readonly containers = new Map<string, Container>();
  private readonly exits = new Map<string, Exit>();
  private readonly logs: LogFile[] = [];
  private readonly folder: string;
  private readonly startedAtMs = Date.now();
  private started = false;
  private running = false;
  /** All containers run; the targets' health is not reported yet. */
  private awaitsHealth = false;
  private ending: string | undefined;
  private announceEnd: () => void = () => {};
  /** Resolves when the task has to stop. */
  private readonly end = new Promise<void>((resolve) => {
    this.announceEnd = resolve;
  });

  /** Runs until the task stops; resolves to the reason in ECS's wording. */
  readonly ended: Promise<string>;

  /** `onSteady` is called once all containers run and all targets are healthy. */
  constructor(
    private readonly plan: TaskPlan,
    private readonly host: Host,
    private readonly onSteady: () => void,
  ) {
    this.folder = join(host.root, "tasks", this.id);
    this.ended = this.run();
  }

  /** All containers have started, and no essential one has ended. */
  get isRunning(): boolean {
    return this.running && this.ending === undefined;
  }

  private async run(): Promise<string> {
    const watch = setInterval(() => this.judgeHealth(), pollMs);
    const memoryWatch = this.watchMemory();
    try {
      const taken = await takenPorts(this.plan);
      if (taken.length > 0) this.stop(taken.join("; "));
      else await this.start();
      await this.end;
    } catch (error) {
      this.stop((error as Error).message);
    } finally {
      clearInterval(watch);
      clearInterval(memoryWatch);
      await this.stopContainers();
    }
    return this.ending ?? "stopped";
  }

  /** Requests the end of the task; the first reason is kept. */
  stop(reason: string): void {
    this.ending ??= reason;
    this.announceEnd();
  }

  /** Registers the task with its target groups once its containers run. */
  registerTargets(): void {
    if (!this.started || this.ending !== undefined) return;
    for (const target of this.plan.targets) this.host.group(target.group)?.register();
  }

  private async start(): Promise<void> {
    const secrets = new Map(
      this.plan.containers.map((container) => [container.name, this.fetchSecrets(container)]),
    );
    const endpoints = this.endpoints();
    const starts = this.plan.containers.map(async (container) => {
      await this.dependencies(container);
      if (this.ending === undefined) {
        this.startContainer(container, secrets.get(container.name) ?? {}, endpoints);
      }
    });
    // A container may wait for another to be healthy, so the targets are checked from the first one on.
    this.started = true;
    this.registerTargets();
    await Promise.all(starts);
    if (this.ending !== undefined) return;
    this.awaitsHealth = true;
    this.running = true;
    const message = `task ${this.id} runs ${this.plan.taskDefinitionArn.split("/").at(-1)}`;
    this.host.report({ event: "running", name: this.plan.service, message });
  }

  private endpoints(): TaskEndpoints {
    const api = this.host.apiUrl();
    if (this.plan.taskRole === "") return { api };
    const { path, token } = this.host.credentials.open({
      roleArn: this.plan.taskRole,
      session: this.id,
    });
    return { api, credentials: { url: `${api}${path}`, token } };
  }

  private fetchSecrets(container: ContainerPlan): Record<string, string> {
    return Object.fromEntries(
      container.secrets.map((secret) => [secret.name, this.fetchSecret(secret)]),
    );
  }

  private fetchSecret(secret: SecretPlan): string {
    const prefix = "ResourceInitializationError: unable to pull secrets or registry auth: ";
    const caller = { roleArn: this.plan.executionRole, session: this.id };
    try {
      const { value } = this.host.secrets.get(caller, secret.arn);
      return secret.key === "" ? value : jsonKey(value, secret.key);
    } catch (error) {
      const code = error instanceof SecretError ? `${error.code}: ` : "";
      throw new Error(
        `${prefix}unable to retrieve secret from asm: failed to fetch secret ${secret.arn} ` +
          `from secrets manager: ${code}${(error as Error).message}`,
      );
    }
  }

  private startContainer(
    plan: ContainerPlan,
    secrets: Readonly<Record<string, string>>,
    endpoints: TaskEndpoints,
  ): void {
    const home = join(this.folder, plan.name);
    mkdirSync(home, { recursive: true });
    const folders = this.folders(plan);
    const container = new Container(this.host.processes, {
      command: this.host.command(plan.image),
      environment: containerEnvironment(this.plan, plan, secrets, endpoints, home, folders),
      workingDirectory: home,
      log: this.openLog(plan),
    });
    this.containers.set(plan.name, container);
    container.exited.then((exit) => {
      this.exits.set(plan.name, exit);
      if (this.ending !== undefined) return;
      const message = `container ${plan.name} ${exit.text}`;
      if (plan.essential) this.stop(`Essential container in task exited: ${message}`);
      else this.host.report({ event: "stopped", name: plan.name, message });
    });
  }

  /** The folder of each volume by its mount point; like Fargate's, it is gone with the task. */
  private folders({ mounts }: ContainerPlan): ReadonlyMap<string, string> {
    const folders = mounts.map(({ volume, containerPath }) => {
      const folder = join(this.folder, "volumes", volume);
      mkdirSync(folder, { recursive: true });
      return [containerPath, folder] as const;
    });
    return new Map(folders);
  }

  private openLog({ log, name }: ContainerPlan): LogFile | undefined {
    if (!log) return undefined;
    const file = new LogFile(
      join(this.host.root, `logs${log.group}`, log.streamPrefix, name, `${this.id}.log`),
    );
    this.logs.push(file);
    return file;
  }

  /** Resolves when the container may start. */
  private async dependencies(container: ContainerPlan): Promise<void> {
    for (const dependency of container.dependsOn) {
      const other = this.plan.containers.find(({ name }) => name === dependency.container);
      const deadline = this.startedAtMs + (other?.startTimeoutMs ?? 0);
      while (this.ending === undefined && !this.holds(dependency)) {
        if (Date.now() > deadline) {
          this.stop(
            `container ${container.name} waited in vain for ${dependency.container} to be ` +
              dependency.condition,
          );
        }
        await Promise.race([this.end, new Promise((resolve) => setTimeout(resolve, pollMs))]);
      }
    }
  }

  private holds({ container, condition }: DependencyPlan): boolean {
    const exit = this.exits.get(container);
    switch (condition) {
      case "START":
        return this.containers.has(container);
      case "COMPLETE":
        return exit !== undefined;
      case "SUCCESS":
        return exit?.code === 0;
      case "HEALTHY":
        return (
          this.containers.has(container) &&
          exit === undefined &&
          this.groups(container).every((group) => group.healthy)
        );
    }
  }

  /** The groups of one container, or of all. A group that no listener needs is not checked. */
  private groups(container?: string): TargetGroup[] {
    return this.plan.targets
      .filter((target) => container === undefined || target.container === container)
      .flatMap((target) => this.host.group(target.group) ?? []);
  }

  /** Checks the targets now, besides the periodic check. */
  judgeHealth(): void {
    if (this.awaitsHealth && this.groups().every((group) => group.healthy)) {
      this.awaitsHealth = false;
      this.onSteady();
    }
    const failed = this.groups().find((group) => group.unhealthy);
    const ageMs = Date.now() - this.startedAtMs;
    if (failed && ageMs > this.plan.healthCheckGracePeriodMs) {
      this.stop(`Task failed ELB health checks in (target-group ${failed.plan.arn})`);
    }
  }

  /** As on Fargate the limit is that of the task; the container that uses most memory is killed. */
  private watchMemory(): NodeJS.Timeout | undefined {
    const { memoryMib } = this.plan;
    if (memoryMib === undefined) return undefined;
    const { processFolder } = this.host;
    if (memoryOf([], processFolder) === undefined) {
      const message =
        `the task's memory of ${memoryMib} MiB is not enforced: this machine has no /proc to ` +
        "measure it by";
      this.host.report({ event: "problem", name: this.plan.service, message });
      return undefined;
    }
    return setInterval(() => {
      const containers = [...this.containers.values()];
      const memory = memoryOf(
        containers.flatMap(({ pid }) => pid ?? []),
        processFolder,
      );
      const held = (container: Container) => memory?.get(container.pid ?? 0) ?? 0;
      const total = containers.reduce((sum, container) => sum + held(container), 0);
      if (total <= memoryMib) return;
      const [largest] = containers.sort((one, other) => held(other) - held(one));
      largest?.kill(
        "OutOfMemoryError: Container killed due to memory usage; the containers of the task hold " +
          `${Math.round(total)} MiB of its ${memoryMib} MiB`,
      );
    }, memoryPollMs);
  }

  /** Containers stop in the reverse order of their dependencies. */
  private async stopContainers(): Promise<void> {
    for (const group of this.groups()) group.deregister();
    const stops = new Map<string, Promise<void>>();
    const stop = (plan: ContainerPlan): Promise<void> => {
      const known = stops.get(plan.name);
      if (known) return known;
      const dependants = this.plan.containers.filter((other) =>
        other.dependsOn.some(({ container }) => container === plan.name),
      );
      const stopped = (async () => {
        await Promise.all(dependants.map(stop));
        await this.containers.get(plan.name)?.stop(plan.stopTimeoutMs);
      })();
      stops.set(plan.name, stopped);
      return stopped;
    };
    await Promise.all(this.plan.containers.map(stop));
    await Promise.all(this.logs.map((log) => log.close()));
    this.host.credentials.close(this.id);
    this.host.access.revoke(this.id);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Errors name the key only, never the secret. */
function jsonKey(secret: string, key: string): string {
  try {
    const value: unknown = JSON.parse(secret)[key];
    if (value !== undefined) return typeof value === "string" ? value : JSON.stringify(value);
  } catch {
    throw new Error("the secret is not JSON");
  }
  throw new Error(`the JSON secret has no key "${key}"`);
}
