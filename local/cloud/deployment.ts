import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../account/lockFile";
import { type Resource, readDeployment } from "../runtime/state";
import type { LocalPaths, Toolchain } from "./paths";
import { exportDeployment } from "./pulumiCli";

const project = "tak-media-infra";

/** The deployed resources of one stack in the file backend, and whether they have changed. */
export class Deployment {
  private readonly file: string;
  private readonly locks: string;
  private seenMtimeMs = 0;

  constructor(
    private readonly paths: LocalPaths,
    private readonly toolchain: Toolchain,
    readonly stack: string,
  ) {
    const backend = join(paths.state, ".pulumi");
    this.file = join(backend, "stacks", project, `${stack}.json`);
    this.locks = join(backend, "locks", "organization", project, stack);
  }

  /**
   * The resources when they have changed since the last call, else undefined. The engine writes the file after every
   * step and holds a lock while it works: a state in the middle of an update is not read.
   */
  async changed(): Promise<Resource[] | undefined> {
    if (!existsSync(this.file) || this.isBeingUpdated()) return undefined;
    const { mtimeMs } = statSync(this.file);
    if (mtimeMs === this.seenMtimeMs) return undefined;
    const resources = readDeployment(
      await exportDeployment(this.paths, this.toolchain, this.stack),
    );
    this.seenMtimeMs = mtimeMs;
    return resources;
  }

  /** Process id of the engine that is updating the stack; undefined when none is. */
  updatingProcess(): number | undefined {
    return this.lockHolders().find((pid) => isAlive(pid, /pulumi/));
  }

  /** True when an engine died during an update: it left a lock, or a half-written file. */
  wasCutShort(): boolean {
    return this.lockHolders().length > 0 || (existsSync(this.file) && !isJson(this.file));
  }

  private lockHolders(): number[] {
    if (!existsSync(this.locks)) return [];
    return readdirSync(this.locks).map((name) => {
      const file = join(this.locks, name);
      return isJson(file) ? JSON.parse(readFileSync(file, "utf8")).pid : 0;
    });
  }

  private isBeingUpdated(): boolean {
    return existsSync(this.locks) && readdirSync(this.locks).length > 0;
  }
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
