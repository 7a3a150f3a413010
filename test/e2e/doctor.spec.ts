/** `npm run doctor` on a local cloud that runs, with the stack deployed in it. */
import { strict as assert } from "node:assert";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { exitCodes } from "../../automation/errors";
import { checkout } from "../../local/cloud/paths";
import { startProgram } from "./program";
import { cloudName, paths, system } from "./system";

async function run() {
  const main = join(checkout, "cli/main.ts");
  const args = [
    "-r",
    "ts-node/register",
    main,
    "doctor",
    "--stack",
    "dev",
    "--target",
    `local:${cloudName}`,
  ];
  const program = startProgram(process.execPath, args);
  return { code: await program.ended, said: program.log(), stdout: program.stdout() };
}

describe("npm run doctor on a running system", () => {
  const facts = join(paths.root, "account.yaml");
  before(() => system());
  afterEach(() => rmSync(facts, { force: true }));

  it("finds no fault, and reaches CloudTAK", async () => {
    const { code, said, stdout } = await run();
    assert.equal(code, exitCodes.success, said);
    assert.match(stdout, /^ok +CloudTAK +http:\/\/127\.0\.0\.1:5001, version 13\./m);
    assert.match(
      stdout,
      /^ok +cloudtakSigningSecret +.*:secret:TAK-Dev-CloudTAK\/.*, under arn:aws:kms:.*, whose policy lets all use it/m,
    );
  });

  it("asks for no quota twice, and finds a key that was disabled since", async () => {
    const key = "arn:aws:kms:ap-southeast-2:123456789012:key/other";
    const secret =
      "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:TAK-Dev-CloudTAK/API/Secret-AbCdEf";
    const declared = {
      quotas: { "vpc/L-F678F1CE": 2, "ec2/L-0263D0A3": 1 },
      secrets: { [secret]: { kmsKeyArn: key } },
      keys: { [key]: { state: "PendingDeletion" } },
    };
    writeFileSync(facts, stringify(declared));
    const { code, said, stdout } = await run();
    assert.equal(code, exitCodes.unexpected, said);
    assert.match(stdout, /^ok +quota VPCs/m);
    assert.match(stdout, /^ok +quota Elastic IPs/m);
    assert.match(stdout, /^fault +cloudtakSigningSecret +its key .*other is PendingDeletion/m);
  });
});
