// Run by `npm pack` and `npm publish` in policy/: puts into that folder what the package needs from the repository.
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
execFileSync(process.execPath, [join(root, "tools/build.mjs"), "policy"], { stdio: "inherit" });
for (const file of ["LICENSE", "docs/POLICIES.md"]) {
  cpSync(join(root, file), join(root, "policy", file));
}
