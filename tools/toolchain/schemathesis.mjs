// Schemathesis, the fuzzer of OpenAPI documents, for `npm run fuzz:api` alone.
import { cached, run, say, which } from "./shell.mjs";

const version = "4.32.5";

/** The folder of the cache that holds PyPI's package with all it needs. */
export async function setUpSchemathesis() {
  const python = which("python3");
  if (!python) throw new Error("schemathesis needs python3, which is not on PATH. Install it.");
  return cached(`schemathesis-${version}`, async (into) => {
    say(`schemathesis ${version}: installing the PyPI package`);
    const quietly = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    const target = ["--target", into, `schemathesis==${version}`];
    await run(python, ["-m", "pip", "install", ...quietly, ...target]);
  });
}
