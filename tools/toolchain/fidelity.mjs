// The validators of `npm run fidelity`, Python packages with the versions and hashes that tools/fidelity/*.lock name.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cached, root, run, say, which } from "./shell.mjs";

/** Python that is there, and the version that its compiled packages are for. */
async function findPython() {
  const python = which("python3");
  if (!python) throw new Error("npm run fidelity needs python3, which is not on PATH. Install it.");
  const script = "import sys; print('%d.%d' % sys.version_info[:2])";
  const version = (await run(python, ["-c", script])).trim();
  if (Number(version.split(".")[1]) < 11) {
    throw new Error(`npm run fidelity needs Python 3.11 or later; ${python} is ${version}`);
  }
  return { python, version };
}

async function install(name, { python, version }) {
  const lock = join(root, "tools/fidelity", `${name}.lock`);
  const hash = createHash("sha256").update(readFileSync(lock)).digest("hex").slice(0, 12);
  return cached(`fidelity-${name}-python${version}-${hash}`, async (into) => {
    const label = `${name}: installing packages from PyPI`;
    say(label);
    const quietly = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    const locked = ["--require-hashes", "--no-deps", "--target", into, "--requirement", lock];
    await run(python, ["-m", "pip", "install", ...quietly, ...locked], { label });
  });
}

/** Folders of the cache: the validators, and checkov with what it needs, which excludes the versions of the others. */
export async function setUpFidelity() {
  const python = await findPython();
  return {
    validators: await install("validators", python),
    checkov: await install("checkov", python),
  };
}
