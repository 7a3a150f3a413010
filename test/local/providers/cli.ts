import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** Folder whose `bin/pulumi` is the Pulumi CLI: PULUMI_CLI_ROOT, else PATH, else the tool cache. */
export function pulumiCli(): string {
  const candidates = [
    process.env.PULUMI_CLI_ROOT,
    ...(process.env.PATH ?? "").split(delimiter).map((folder) => dirname(folder)),
    join(homedir(), ".cache/tak-media-infra/pulumi-v3.259.0"),
  ];
  const root = candidates.find((folder) => folder && existsSync(join(folder, "bin/pulumi")));
  if (!root) {
    throw new Error("no Pulumi CLI: set PULUMI_CLI_ROOT or put pulumi on PATH");
  }
  return root;
}
