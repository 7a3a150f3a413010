import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { localEnvironment } from "../../local/cloud/environment";
import { checkout } from "../../local/cloud/paths";
import { diagramDocs } from "../../local/commands/diagram/diagramDocs";
import { paths, toolchain } from "./system";

/** Standard output of a command of `local/commands/`, in the environment that `npm run local:env` prints if `isLocal`. */
async function run(command: string, args: string, isLocal = false): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["-r", "ts-node/register", "cli/main.ts", command, ...args.split(" ")],
    { cwd: checkout, env: isLocal ? localEnvironment(paths, toolchain) : process.env },
  );
  return stdout;
}

describe("cost and diagram", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "diagram-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const drawn = (): Map<string, string> => {
    const [svg, mermaid] = ["svg", "mmd"].map((end) =>
      readFileSync(join(folder, `dev.${end}`), "utf8"),
    );
    return diagramDocs(svg ?? "", mermaid ?? "");
  };

  it("docs/COST.md shows what `npm run cost -- --stack prod` prints", async () => {
    const readme = readFileSync(join(checkout, "docs/COST.md"), "utf8");
    const shown = /<!-- cost -->\n```\n([\s\S]*?)```\n<!-- \/cost -->/.exec(readme)?.[1];
    assert.equal(await run("cost", "--stack prod"), shown);
  });

  it("a deployed stack costs what its preview says", async () => {
    const planned = JSON.parse(await run("cost", "--stack dev --json"));
    const deployed = JSON.parse(await run("cost", "--stack dev --json --from-state", true));
    assert.deepEqual(deployed, planned);
    assert(planned.dev.totalUsd > 100);
  });

  it("docs/ shows stack dev as it is deployed; `npm run diagram -- --stack dev --docs` renews it", async () => {
    await run("diagram", `--stack dev --out ${folder}`);
    for (const [file, text] of drawn()) assert.equal(readFileSync(file, "utf8"), text, file);
  });

  it("draws the same from the state of the running system", async () => {
    await run("diagram", `--stack dev --from-state --out ${folder}`, true);
    for (const [file, text] of drawn()) assert.equal(readFileSync(file, "utf8"), text, file);
  });

  it("ends with exit code 2 for wrong options, and with 1 when it cannot estimate", async () => {
    const failure = (args: string) =>
      run("cost", args).then(
        () => assert.fail("it ran"),
        ({ code, stderr }) => `${code} ${stderr}`,
      );
    assert.match(await failure("--stack nope"), /^2 there is no Pulumi\.nope\.yaml/);
    assert.match(
      await failure("--stack dev --region eu-west-1"),
      /^1 no prices for region "eu-west-1"/,
    );
  });
});
