import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { takeLockFile } from "../account/lockFile";
import type { LocalPaths } from "./paths";

/** Keeps a second `npm start` from working on the same local cloud. */
export class LocalLock {
  private constructor(private readonly file: string) {}

  /** Takes the lock, also from a process that has ended. @throws Error when a running process holds it. */
  static take(paths: LocalPaths): LocalLock {
    mkdirSync(paths.root, { recursive: true });
    const file = join(paths.root, "run.pid");
    const holder = takeLockFile(file, /node/);
    if (holder !== undefined) {
      throw new Error(
        `the local cloud is already running as process ${holder}; ` +
          `use it, or end it with Ctrl-C in its terminal or \`kill ${holder}\``,
      );
    }
    return new LocalLock(file);
  }

  release(): void {
    rmSync(this.file, { force: true });
  }
}
