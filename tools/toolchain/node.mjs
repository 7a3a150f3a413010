// Node for a machine whose own is older than package.json allows: its npm package holds the binary.
import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { cached, run, say } from "./shell.mjs";

/** The first that loads ES modules by `require` without a warning. */
const oldest = [22, 13];
const version = "24.21.0";

/** `dist.integrity` of the npm packages `node-<platform>-<arch>` of this version. */
const integrity = {
  "linux-x64":
    "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  "linux-arm64":
    "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
};

function isTooOld(running) {
  const [major, minor] = running.split(".").map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}

/** Path of a Node that runs the project: the one that runs this script, else one from npm's registry. */
export async function setUpNode(running = process.versions.node) {
  if (!isTooOld(running)) return process.execPath;
  const system = `${platform()}-${arch()}`;
  const expected = integrity[system];
  if (!expected) {
    throw new Error(
      `Node ${running} is too old, and npm has no Node ${version} for ${system}: install Node 22 or 24 (https://nodejs.org/en/download), then run the command again`,
    );
  }
  const folder = await cached(`node-v${version}`, async (folder) => {
    say(`Node ${running} is older than ${oldest.join(".")}: bringing ${version} from npm`);
    const name = (
      await run("npm", [
        "pack",
        "--silent",
        "--pack-destination",
        folder,
        `node-${system}@${version}`,
      ])
    ).trim();
    const archive = join(folder, name);
    const actual = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (actual !== expected) throw new Error(`${name} has ${actual}, expected ${expected}`);
    await run("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
    rmSync(archive);
  });
  return join(folder, "bin/node");
}
