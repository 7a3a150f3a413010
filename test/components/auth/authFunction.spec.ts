import assert from "node:assert/strict";
import { caCertificate } from "../../caCertificate";
import { customerKeyArn, type Registered } from "../../mocks";
import { arn, dev, devConfig, devStack, inputsOf, one, statements, withoutKeys } from "../program";

describe("auth function", () => {
  let resources: readonly Registered[];
  before(async () => {
    resources = await devStack();
  });

  it("runs the bundle on Node 24 and arm64", () => {
    const { code, tags: _, ...inputs } = one(resources, "auth-handler").inputs;
    assert.deepEqual(inputs, {
      name: "TAK-Dev-MediaInfra-Auth",
      description: "Decides who may publish and watch",
      role: "arn:aws:iam::123456789012:role/auth-role",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      timeout: 25,
      memorySize: 512,
      publish: true,
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/TAK-Dev-MediaInfra-Auth" },
      environment: {
        variables: {
          CLOUDTAK_URL: devConfig["tak-media-infra:cloudtakUrl"],
          CLOUDTAK_SIGNING_SECRET_ARN: devConfig["tak-media-infra:cloudtakSigningSecretArn"],
          AUTH_MODE: "strict",
          ENABLE_INSECURE_PORTS: "false",
        },
      },
    });
    assert.match(String((code as { path: string }).path), /lambda\/auth\/bin$/);
    assert.deepEqual(one(resources, "auth-alias").inputs, {
      name: "live",
      functionName: "TAK-Dev-MediaInfra-Auth",
      functionVersion: "1",
    });
  });

  it("has reserved concurrency, compatible mode and X-Ray when the stack says so", async () => {
    const tuned = await dev({
      authReservedConcurrency: "50",
      authMode: "compatible",
      authTracing: "true",
    });
    const { inputs } = one(tuned, "auth-handler");
    assert.equal(inputs.reservedConcurrentExecutions, 50);
    assert.deepEqual(inputs.tracingConfig, { mode: "Active" });
    const { variables } = inputs.environment as { variables: Record<string, string> };
    assert.equal(variables.AUTH_MODE, "compatible");
    assert.deepEqual(statements(tuned, "auth-policy").at(-1), {
      Effect: "Allow",
      Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      Resource: "*",
    });
  });

  it("runs in the task's subnets for a CloudTAK that only the VPC reaches, with its authority", async () => {
    const inVpc = await dev({
      authFunctionInVpc: "true",
      cloudtakCaCertificates: caCertificate,
      cloudtakUrl: "https://cloudtak.internal:5000",
    });
    const { vpcConfig, environment } = inputsOf(inVpc, "auth-handler");
    const { subnetIds, securityGroupIds } = vpcConfig as Record<string, string[]>;
    const service = inputsOf(inVpc, "media-service").networkConfiguration as { subnets: string[] };
    assert.deepEqual(subnetIds, service.subnets);
    assert.equal(securityGroupIds?.length, 1);
    const { variables } = environment as { variables: Record<string, string> };
    assert.equal(variables.CLOUDTAK_CA_CERTIFICATES, caCertificate);
    const egress = inVpc.filter(({ name }) => /^auth-.*-egress$/.test(name));
    assert.deepEqual(
      egress.map(({ inputs }) => [inputs.fromPort, inputs.toPort, inputs.ipProtocol]),
      [
        [443, 443, "tcp"],
        [5000, 5000, "tcp"],
      ],
    );
    // EC2 takes no apostrophe.
    for (const { inputs } of [one(inVpc, "auth-security-group"), ...egress]) {
      assert.match(String(inputs.description), /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
    }
    assert.ok(
      statements(inVpc, "auth-policy").some(({ Action }: { Action: string[] }) =>
        Action.includes("ec2:CreateNetworkInterface"),
      ),
    );
  });

  const secretArn = devConfig["tak-media-infra:cloudtakSigningSecretArn"];
  const read = (Resource = secretArn) => ({
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue"],
    Resource,
  });
  const decrypt = (secret = secretArn, Resource = customerKeyArn) => ({
    Effect: "Allow",
    Action: ["kms:Decrypt"],
    Resource,
    Condition: {
      StringLike: {
        "kms:EncryptionContext:SecretARN": secret,
        "kms:ViaService": "secretsmanager.ap-southeast-2.*",
      },
    },
  });

  it("may write its log, read its secret and use the secret's key for it, nothing else", () => {
    assert.deepEqual(statements(resources, "auth-policy"), [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: arn("logs", "log-group:/aws/lambda/TAK-Dev-MediaInfra-Auth:*"),
      },
      read(),
      decrypt(),
    ]);
  });

  it("needs no key for a secret under the key that AWS manages", async () => {
    const plain = arn("secretsmanager", "secret:plain-AbCdEf");
    const resources = await dev({ cloudtakSigningSecretArn: plain });
    assert.deepEqual(statements(resources, "auth-policy").slice(1), [read(plain)]);
  });

  it("may use a key that the secret names by its id, by its ARN", async () => {
    const byId = arn("secretsmanager", "secret:by-id-AbCdEf");
    const resources = await dev({ cloudtakSigningSecretArn: byId });
    assert.deepEqual(statements(resources, "auth-policy").slice(1), [read(byId), decrypt(byId)]);
  });

  it("may use the secret's key as CloudTAK's stack exports the secret", async () => {
    const exported = arn("secretsmanager", "secret:exported-AbCdEf");
    const resources = await withoutKeys(["cloudtakUrl", "cloudtakSigningSecretArn"], {
      cloudtakStack: "TAK-Dev",
    });
    assert.deepEqual(statements(resources, "auth-policy").slice(1), [
      read(exported),
      decrypt(exported),
    ]);
  });

  it("may use the secret's key when the stack names one", async () => {
    const key = arn("kms", "key/12345678-1234-1234-1234-123456789012");
    const encrypted = await dev({ cloudtakSigningSecretKmsKeyArn: key });
    assert.deepEqual(statements(encrypted, "auth-policy").slice(1), [
      read(),
      decrypt(secretArn, key),
    ]);
  });
});
