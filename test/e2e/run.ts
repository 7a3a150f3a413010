/**
 * Runs the end-to-end tests, all or those named: `npm run test:e2e -- smoke page`. Every spec uses the public ports.
 * Where network namespaces are granted (Linux, root, CAP_NET_ADMIN) Mocha's workers have one each, with a local cloud of
 * their own, and take the next spec file as they become free. Elsewhere the files run one after another.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import Mocha from "mocha";
import { checkout } from "../../local/cloud/paths";
import { mochaHooks } from "./hooks";
import { specFiles, workerCount } from "./specFiles";

const hooksFile = join(__dirname, "hooks.ts");

/** What refuses network namespaces, or undefined where they are granted. */
function namespaceRefusal(): string | undefined {
  const { error, status, stderr } = spawnSync(
    "unshare",
    ["--net", "ip", "link", "set", "lo", "up"],
    { encoding: "utf8" },
  );
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

function createMocha(jobs: number): Mocha {
  const options = { timeout: 180_000, forbidOnly: true };
  if (jobs === 1) return new Mocha({ ...options, rootHooks: mochaHooks });
  // Mocha starts its workers with child_process.fork, which starts this executable.
  process.env.E2E_NODE = process.execPath;
  process.execPath = join(__dirname, "nodeInOwnNetwork.sh");
  return new Mocha({ ...options, parallel: true, jobs, require: [hooksFile] });
}

/**
 * Compiled code of the programs that Node starts again and again: each preview and update starts five, and takes an
 * eighth less CPU with it. Empty at the beginning.
 */
const compileCache = join(checkout, ".local/e2e-compile-cache");
const removeCompileCache = () => rmSync(compileCache, { recursive: true, force: true });
removeCompileCache();
process.once("exit", removeCompileCache);
process.env.NODE_COMPILE_CACHE = compileCache;

const refusal = namespaceRefusal();
const jobs = refusal === undefined ? workerCount(availableParallelism(), totalmem()) : 1;
console.log(
  refusal === undefined
    ? `end-to-end tests: ${jobs} spec files at a time, in network namespaces`
    : `end-to-end tests: one spec file at a time, as there are no network namespaces (${refusal})`,
);

const mocha = createMocha(jobs);
mocha.files = specFiles(process.argv.slice(2), jobs === 1);
const runner = mocha.run((failures) => process.exit(failures > 0 ? 1 : 0));
// Parallel runs end their workers by themselves.
if (jobs === 1) process.once("SIGINT", () => runner.abort());
