import assert from "node:assert/strict";
import { clusterArn, kmsKeyArn } from "../config/samples";
import { arn, dev, devConfig, inputsOf, ofType, one, statements, withoutKeys } from "./program";

/** What somebody's account has already. */
describe("what exists already", () => {
  it("is the cluster that the service joins", async () => {
    const joined = await dev({ clusterArn });
    assert.deepEqual(ofType(joined, "Cluster"), []);
    assert.equal(one(joined, "media-service").inputs.cluster, clusterArn);
    assert.equal(one(joined, "media").outputs?.clusterName, "TAK-Dev-ECSCluster");
  });

  it("is the policy that bounds every role", async () => {
    const permissionsBoundaryArn = "arn:aws:iam::123456789012:policy/boundary";
    const roles = ofType(await dev({ permissionsBoundaryArn }), "Role");
    assert.deepEqual(
      roles.map(({ name, inputs }) => [name, inputs.permissionsBoundary]).sort(),
      ["auth-role", "media-task-execution-role", "media-task-role", "network-flow-log-role"].map(
        (name) => [name, permissionsBoundaryArn],
      ),
    );
  });

  it("is the key that encrypts everything that is kept", async () => {
    const encrypted = await dev({ kmsKeyArn, alarmEmail: "ops@example.org" });
    assert.deepEqual(ofType(encrypted, "Key"), []);
    assert.deepEqual(
      ofType(encrypted, "LogGroup")
        .map(({ name, inputs }) => [name, inputs.kmsKeyId])
        .sort(),
      ["auth-log-group", "media-log-group", "network-flow-log-group"].map((name) => [
        name,
        kmsKeyArn,
      ]),
    );
    assert.deepEqual(inputsOf(encrypted, "load-balancer-access-logs-encryption").rules, [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: kmsKeyArn,
        },
        bucketKeyEnabled: true,
      },
    ]);
    assert.deepEqual(inputsOf(encrypted, "gateway-repository").encryptionConfigurations, [
      { encryptionType: "KMS", kmsKey: kmsKeyArn },
    ]);
    assert.equal(inputsOf(encrypted, "alarms-topic").kmsMasterKeyId, kmsKeyArn);
    assert.equal(inputsOf(encrypted, "auth-handler").kmsKeyArn, kmsKeyArn);
    const decrypt = { Effect: "Allow", Action: ["kms:Decrypt"], Resource: kmsKeyArn };
    assert.deepEqual(statements(encrypted, "auth-policy").slice(3), [decrypt]);
  });

  it("is CloudTAK, by the exports of its stack", async () => {
    const linked = await withoutKeys(["cloudtakUrl", "cloudtakSigningSecretArn"], {
      cloudtakStack: "TAK-Dev",
    });
    const secret = arn("secretsmanager", "secret:exported-AbCdEf");
    const { variables } = inputsOf(linked, "auth-handler").environment as {
      variables: Record<string, string>;
    };
    assert.equal(variables.CLOUDTAK_URL, "https://cloudtak.exported.example");
    assert.equal(variables.CLOUDTAK_SIGNING_SECRET_ARN, secret);
    assert.equal(statements(linked, "auth-policy")[1].Resource, secret);
  });

  it("is not asked of CloudTAK's stack where the configuration says it", async () => {
    const { variables } = inputsOf(await dev({ cloudtakStack: "TAK-None" }), "auth-handler")
      .environment as { variables: Record<string, string> };
    assert.equal(variables.CLOUDTAK_URL, devConfig["tak-media-infra:cloudtakUrl"]);
  });
});
