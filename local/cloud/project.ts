import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { localStack, type StackFile } from "./localStack";
import { checkout, type LocalPaths } from "./paths";

const providerPackages = ["aws", "awsx", "tls", "docker-build"];

/**
 * Writes the project folder in which the engine works locally. `pulumi stack init` and `pulumi config set` write
 * into the stack files beside Pulumi.yaml: here these are copies, so no tracked file ever changes. A copy keeps
 * what was set in it until the tracked stack file changes. Returns the names of the copies that were renewed.
 */
export function writeProject(paths: LocalPaths): string[] {
  mkdirSync(paths.project, { recursive: true });
  writeProjectFile(paths);
  linkPolicyPack(paths);
  return readdirSync(checkout)
    .filter((name) => /^Pulumi\..+\.yaml$/.test(name))
    .filter((name) => copyStackFile(paths, name));
}

function writeProjectFile(paths: LocalPaths): void {
  const project = parse(readFileSync(join(checkout, "Pulumi.yaml"), "utf8"));
  const path = join(checkout, "local/bin");
  writeFileSync(
    join(paths.project, "Pulumi.yaml"),
    stringify({
      ...project,
      // Without a file the engine would take the library, by the exports of package.json.
      main: relative(paths.project, join(checkout, "index.ts")),
      plugins: { providers: providerPackages.map((name) => ({ name, path })) },
    }),
  );
}

/** `--policy-pack policy` is resolved from the project folder. */
function linkPolicyPack(paths: LocalPaths): void {
  const link = join(paths.project, "policy");
  rmSync(link, { force: true });
  symlinkSync(relative(paths.project, join(checkout, "policy")), link);
}

/** A stack file of the checkout, by its file name, adapted to a local cloud. */
export const readLocalStack = (name: string): StackFile =>
  localStack(parse(readFileSync(join(checkout, name), "utf8")) ?? {});

function copyStackFile(paths: LocalPaths, name: string): boolean {
  const copy = join(paths.project, name);
  const stamp = join(paths.project, `.${name}.sha256`);
  const stack = readLocalStack(name);
  const hash = createHash("sha256").update(stringify(stack)).digest("hex");
  const known = existsSync(copy) && existsSync(stamp);
  if (known && readFileSync(stamp, "utf8") === hash) return false;

  const salt = existsSync(copy) ? parse(readFileSync(copy, "utf8"))?.encryptionsalt : undefined;
  writeFileSync(copy, stringify({ ...stack, ...(salt ? { encryptionsalt: salt } : {}) }));
  writeFileSync(stamp, hash);
  return known;
}
