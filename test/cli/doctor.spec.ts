/** `npm run doctor` as it is called: what it prints and exits with. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { checkout, localPaths } from "../../local/cloud/paths";
import { startProgram } from "../e2e/program";

const cloud = "doctor";
const paths = localPaths(cloud);
const local = ["--target", `local:${cloud}`];

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const main = join(checkout, "cli/main.ts");
  const program = startProgram(
    process.execPath,
    ["-r", "ts-node/register", main, "doctor", ...args],
    env,
  );
  return { code: await program.ended, said: program.log(), stdout: program.stdout() };
}

describe("npm run doctor", function () {
  this.timeout(90_000);
  beforeEach(() => mkdirSync(paths.root, { recursive: true }));
  after(() => rmSync(paths.root, { recursive: true, force: true }));

  it("says of a local cloud in which nothing runs what can be said, one line each", async () => {
    const { code, said, stdout } = await run(["--stack", "dev", ...local]);
    assert.equal(code, 0, said);
    assert.doesNotMatch(said, /Warning/);
    const lines = stdout.trim().split("\n");
    for (const line of lines.slice(0, -1)) assert.match(line, /^(ok|warning) +\w/);
    assert.match(stdout, /^ok +account +123456789012 in ap-southeast-2/m);
    assert.match(stdout, /^ok +pulumi +\d+\.\d+\.\d+, state in file:/m);
    assert.match(stdout, /^warning +images +not checked: the local cloud builds no images$/m);
    assert.match(lines.at(-1) ?? "", /^\d+ ok, \d+ warnings?, 0 faults$/);
  });

  it("exits with 1 when there is a fault, which it names with what mends it", async () => {
    const facts = { quotas: { "vpc/L-F678F1CE": 1 } };
    writeFileSync(join(paths.root, "account.yaml"), stringify(facts));
    const { code, said, stdout } = await run(["--stack", "dev", "--json", ...local]);
    rmSync(join(paths.root, "account.yaml"));
    assert.equal(code, 1, said);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const faults = lines.filter(({ level }) => level === "fault");
    assert.deepEqual(
      faults.map(({ subject }) => subject),
      ["quota VPCs"],
    );
    assert.match(faults[0].remedy, /^aws service-quotas request-service-quota-increase/);
    assert.deepEqual(lines.at(-1), { type: "result", exitCode: 1 });
  });

  it("names what is missing in the configuration, and looks at all else beside", async () => {
    const stack = "half-configured";
    const stackFile = join(checkout, `Pulumi.${stack}.yaml`);
    const config = {
      "aws:region": "ap-southeast-2",
      "tak-media-infra:environment": "dev",
      "tak-media-infra:zones": 7,
    };
    writeFileSync(stackFile, stringify({ config }));
    try {
      const { code, stdout, said } = await run(["--stack", stack, ...local]);
      assert.equal(code, 1, said);
      assert.match(stdout, /^fault +zones +is 7; allowed: 1, 2 or 3 -> pulumi config set zones/m);
      assert.match(stdout, /^ok +account +123456789012 in ap-southeast-2/m);
      assert.match(stdout, /^warning +zones +not checked: it depends on zones$/m);
      assert.match(stdout, /^ok +quota Fargate /m);
      assert.match(stdout, /^ok +pulumi /m);
    } finally {
      rmSync(stackFile);
    }
  });

  it("exits with 2 for a command that it cannot understand, and repeats no word of it", async () => {
    const { code, said } = await run(["dev", "--stak", "dev", "--target", "moon"]);
    assert.equal(code, 2, said);
    for (const fault of [
      /belongs to no option/,
      /"--stak" is not an option; did you mean --stack\?/,
      /--stack is missing/,
      /--target is "moon"; allowed: aws or local/,
      /usage: npm run doctor -- --stack/,
    ]) {
      assert.match(said, fault);
    }
    const unknown = await run(["--stack", "nowhere", ...local]);
    assert.equal(unknown.code, 2, unknown.said);
    assert.match(unknown.said, /there is no Pulumi\.nowhere\.yaml/);
  });

  it("ends without credentials or login, with a fault that says how to get them", async () => {
    const home = mkdtempSync(join(tmpdir(), "home-"));
    const stack = "without-credentials";
    const stackFile = join(checkout, `Pulumi.${stack}.yaml`);
    writeFileSync(
      stackFile,
      stringify({
        config: {
          "aws:region": "ap-southeast-2",
          "tak-media-infra:environment": "dev",
          "tak-media-infra:cloudtakUrl": "https://map.example.org",
          "tak-media-infra:cloudtakSigningSecretArn":
            "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:signing-AbCdEf",
        },
      }),
    );
    try {
      const { code, stdout, said } = await run(["--stack", stack], {
        ...{ HOME: home, AWS_EC2_METADATA_DISABLED: "true", PULUMI_BACKEND_URL: "" },
      });
      assert.equal(code, 1, said);
      assert.match(
        stdout,
        /^fault +account +AWS does not take the credentials.* -> aws sso login/m,
      );
      assert.match(stdout, /^fault +pulumi +.*not logged in/m);
      assert.doesNotMatch(stdout, /^ok +(zones|quota|role|permissions)/m);
    } finally {
      rmSync(stackFile);
      rmSync(home, { recursive: true, force: true });
    }
  });
});
