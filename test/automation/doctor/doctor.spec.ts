/** The checks before a deployment, against the account of a local cloud into which one fault at a time is injected. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { doctor, doctorChecks } from "../../../automation/doctor/doctor";
import { parseConfig } from "../../../config";
import { TestCloud } from "../../runtime/fixtures";
import { accountFaults } from "./accountFaults";
import { configuredFaults } from "./configuredFaults";
import { everything, healthyMachine, type Row, region } from "./fixtures";
import { surroundingsFaults } from "./surroundingsFaults";

const rows = [...accountFaults, ...configuredFaults, ...surroundingsFaults];

describe("the checks before a deployment", () => {
  let cloud: TestCloud;
  const found = async ({ facts = {}, config = {}, machine = {}, target }: Partial<Row>) => {
    writeFileSync(join(cloud.root, "account.yaml"), stringify(facts));
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    return doctor({
      stack: "prod",
      target: target ?? "aws",
      settings: parseConfig({ ...everything, ...config }, "prod", new Set(), { region }),
      region,
      // No pulumi: its check alone needs it.
      workspace: { folder: cloud.root, env: { PATH: cloud.root } },
      access: {
        endpoint: cloud.runtime.apiUrl,
        credentials: {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          sessionToken: Token,
        },
      },
      machine: { ...healthyMachine, ...machine },
    });
  };

  before(async () => {
    cloud = new TestCloud();
    await cloud.runtime.apply([]);
  });
  after(() => cloud.close());

  it("find nothing where nothing is wrong, and say so of each", async () => {
    const findings = await found({});
    const others = findings.filter(({ subject }) => subject !== "pulumi");
    assert.deepEqual(
      others.filter(({ level }) => level !== "ok"),
      [],
    );
    assert.ok(findings.length > 15);
    assert.deepEqual(
      findings.filter(({ subject }) => subject === "pulumi").map(({ level }) => level),
      ["fault"],
      "there is no pulumi on PATH",
    );
  });

  for (const row of rows) {
    it(`find ${row.fault}`, async () => {
      const [level, subject, message, remedy] = row.finds;
      const findings = await found(row);
      const match = findings.find(
        (finding) => finding.subject === subject && message.test(finding.message),
      );
      assert.ok(match, `nothing like ${message} in\n${JSON.stringify(findings, null, 1)}`);
      assert.equal(match.level, level);
      if (remedy) assert.match(match.remedy ?? "", remedy);
      if (level === "fault") assert.ok(match.remedy, "no remedy");
    });
  }

  it("have a row of this table each, but for account and pulumi", () => {
    const subjects = rows.map(({ finds: [, subject] }) => subject);
    const untested = doctorChecks
      .map(({ subject }) => subject)
      .filter((subject) => !subjects.includes(subject));
    assert.deepEqual(untested, [...["account", "role elasticloadbalancing", "pulumi"]]);
  });

  it("do not take credentials for good that AWS refuses, and know nothing then", async () => {
    const findings = await doctor({
      stack: "prod",
      target: "aws",
      settings: parseConfig(everything, "prod", new Set(), { region }),
      region,
      workspace: { folder: cloud.root, env: { PATH: cloud.root } },
      access: {
        endpoint: cloud.runtime.apiUrl,
        credentials: { accessKeyId: "AKIAWRONG", secretAccessKey: "x", sessionToken: "x" },
      },
      machine: healthyMachine,
    });
    const [first] = findings;
    assert.equal(first?.level, "fault");
    assert.match(first?.message ?? "", /InvalidClientTokenId/);
    const good = findings.filter(({ level }) => level === "ok").map(({ subject }) => subject);
    assert.deepEqual(good, ["CloudTAK", "CloudTAK media::url", "open leases", "images"]);
  });
});
