import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { stackToCheck } from "../../cli/checks/stackToCheck";
import * as samples from "../config/samples";

describe("a stack file that is checked", () => {
  const folder = mkdtempSync(join(tmpdir(), "stack-to-check-"));
  after(() => rmSync(folder, { recursive: true }));

  const faultsIn = (region: string, account?: string) => {
    const config = { "aws:region": region, ...samples.dev, clusterArn: samples.clusterArn };
    writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify({ config }));
    const checked = stackToCheck({ folder, env: {} }, "dev", account);
    return "faults" in checked ? checked.faults.map(({ subject }) => subject) : [];
  };
  const arns = ["cloudtakSigningSecretArn", "clusterArn"];

  it("has ARNs of the account and the region that it is deployed to", () => {
    assert.deepEqual(faultsIn("ap-southeast-2", "123456789012"), []);
    assert.deepEqual(faultsIn("ap-southeast-2", "111122223333"), arns);
    assert.deepEqual(faultsIn("eu-west-1", "123456789012"), arns);
    assert.deepEqual(faultsIn("ap-southeast-2"), []);
  });

  it("has ARNs of the partition of its region", () => {
    const subjects = faultsIn("us-gov-west-1", "123456789012");
    assert.deepEqual(new Set(subjects), new Set(arns));
    assert.equal(subjects.length, 4);
  });

  for (const region of ["sydney", "ap-southeast", "ap-southeast-2a", "AP-SOUTHEAST-2", "-1"]) {
    it(`is not deployed to a region ${region}`, () =>
      assert.deepEqual(faultsIn(region, "123456789012"), ["aws:region"]));
  }
});
