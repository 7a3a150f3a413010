import { mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { prepareBackend } from "./environment";
import { checkout, type LocalPaths, localPaths, readToolchain, type Toolchain } from "./paths";
import { writeProject } from "./project";

/** Runs `work` in a local cloud of its own, with the stack files as they are committed, and removes it afterwards. */
export async function withTemporaryCloud<T>(
  work: (paths: LocalPaths, toolchain: Toolchain) => Promise<T>,
): Promise<T> {
  const toolchain = readToolchain();
  const paths = localPaths(basename(mkdtempSync(join(checkout, ".local", "temporary-"))));
  try {
    prepareBackend(paths);
    writeProject(paths);
    return await work(paths, toolchain);
  } finally {
    rmSync(paths.root, { recursive: true, force: true });
  }
}
