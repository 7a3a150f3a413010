/** The checks before a deployment, against the account of a local cloud into which one fault at a time is injected. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Finding } from "../../../automation/checks/finding";
import { doctor, doctorChecks } from "../../../automation/doctor/doctor";
import { doctorPolicyOf } from "../../../automation/permissions/documented";
import { parseConfig } from "../../../config";
import { keys } from "../../../config/keys";
import * as samples from "../../config/samples";
import { TestCloud } from "../../local/runtime/fixtures";
import { account } from "../../local/runtime/stack";
import { accountFaults } from "./accountFaults";
import { certificateFaults } from "./certificateFaults";
import { configuredFaults } from "./configuredFaults";
import { boundary, everything, healthyMachine, type Row, region } from "./fixtures";
import { surroundingsFaults } from "./surroundingsFaults";

/** With all that somebody's account may have already. */
const givenConfig = {
  ...samples.existingVpc,
  certificateArn: samples.certificateArn,
  clusterArn: samples.clusterArn,
  kmsKeyArn: samples.kmsKeyArn,
  permissionsBoundaryArn: boundary,
  gatewayImage: `${account}.dkr.ecr.${region}.amazonaws.com/gateway:1.0.0`,
  mediamtxImage: `${account}.dkr.ecr.${region}.amazonaws.com/mediamtx@sha256:${"0".repeat(64)}`,
};

const rows = [...accountFaults, ...certificateFaults, ...configuredFaults, ...surroundingsFaults];

describe("the checks before a deployment", () => {
  let cloud: TestCloud;
  const found = async (
    { facts = {}, config = {}, machine = {}, target }: Partial<Row>,
    faultyKeys = new Set<string>(),
  ) => {
    writeFileSync(join(cloud.root, "account.yaml"), stringify(facts));
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    return doctor({
      stack: "prod",
      target: target ?? "aws",
      settings: parseConfig({ ...everything, ...config }, "prod", new Set(), { region }),
      region,
      faultyKeys,
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

  it("need no more than doctor's own policy, by which they see that nobody may deploy", async () => {
    const settings = parseConfig(everything, "prod", new Set(), { region });
    const policy = doctorPolicyOf(settings, { account, region, partition: "aws" });
    const findings = await found({ facts: { operatorPolicy: JSON.parse(policy) } });
    const others = findings.filter(({ subject }) => !["pulumi", "permissions"].includes(subject));
    assert.ok(others.length > 12);
    assert.deepEqual(
      others.filter(({ level }) => level !== "ok"),
      [],
    );
    const [permissions] = findings.filter(({ subject }) => subject === "permissions");
    assert.match(permissions?.message ?? "", /may not .*ec2:CreateVpc/);
    const blind = await found({
      facts: { operatorPolicy: { Statement: [{ Effect: "Allow", Action: [], Resource: "*" }] } },
    });
    const unseen = blind.filter(({ level }) => level === "warning").map(({ subject }) => subject);
    for (const subject of ["zones", "quota VPCs", "cloudtakSigningSecret", "hosted zone"]) {
      assert.ok(unseen.includes(subject), `${subject} is seen without the policy`);
    }
  });

  it("need what doctor's policy says where everything is given", async () => {
    const settings = parseConfig({ ...everything, ...givenConfig }, "prod", new Set(), { region });
    const policy = doctorPolicyOf(settings, { account, region, partition: "aws" });
    const facts = { operatorPolicy: JSON.parse(policy) };
    const withEverything = await found({ config: givenConfig });
    const withPolicy = await found({ config: givenConfig, facts });
    const seen = (findings: readonly Finding[]) =>
      findings.filter(({ subject }) => subject !== "permissions");
    assert.deepEqual(seen(withPolicy), seen(withEverything));
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

  describe("while the configuration has faults", () => {
    const withFaults = (...faultyKeys: string[]) => found({}, new Set(faultyKeys));
    const ofLevel = (findings: Finding[], level: Finding["level"]) => [
      ...new Set(findings.filter((each) => each.level === level).map(({ subject }) => subject)),
    ];

    it("look at all that does not depend on these, and say what does", async () => {
      const findings = await withFaults("cloudtakUrl", "cloudtakSigningSecretArn");
      assert.deepEqual(ofLevel(findings, "warning"), [
        ...["permissions", "cloudtakSigningSecret", "CloudTAK"],
      ]);
      const named = findings.find(({ subject }) => subject === "CloudTAK");
      assert.equal(named?.message, "not checked: it depends on cloudtakUrl");
      const looked = ofLevel(findings, "ok");
      for (const subject of ["account", "zones", "quota Fargate", "role ecs", "images"]) {
        assert.ok(looked.includes(subject), `${subject} is not in ${looked}`);
      }
      assert.ok(ofLevel(findings, "fault").includes("pulumi"));
    });

    it("ask nothing of AWS without a region", async () => {
      const findings = await withFaults("aws:region");
      assert.deepEqual(ofLevel(findings, "ok"), [
        ...["CloudTAK", "CloudTAK media::url", "open leases", "images"],
      ]);
      assert.ok(ofLevel(findings, "warning").includes("account"));
    });

    it("know of every key of the configuration", () => {
      const known = new Set<string>([...Object.keys(keys), "aws:region", "stack"]);
      const read = doctorChecks.flatMap(({ reads }) => (reads === "everything" ? [] : reads));
      assert.deepEqual(
        read.filter((key) => !known.has(key)),
        [],
      );
    });
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
