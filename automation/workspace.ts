import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { projectRoot } from "../components/bundle";
import type { Environment } from "./engine/command";

/** Where the engine works: the project, its stack files, and the environment that leads to backend and tools. */
export interface Workspace {
  /** Folder that holds Pulumi.yaml and the stack files. */
  readonly folder: string;
  /** Set on top of the process's own environment; undefined takes a variable out. */
  readonly env: Environment;
}

/** Runs `work` in a project folder that exists for that long, for stacks whose configuration is all in arguments. */
export async function withTemporaryWorkspace<T>(
  env: Environment,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tak-media-infra-"));
  try {
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      stringify({ name: "tak-media-infra", runtime: "nodejs", main: projectRoot }),
    );
    return await work({ folder, env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
