import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zoneIdOf } from "../../../../local/account/hostedZones";
import type { Properties } from "../../../../local/providers/engine/wire";
import { emptyAccount } from "../emptyAccount";
import { good, listenerOn, serviceOf, serviceParts, type tokens } from "../fixtures";

describe("what the account refuses", () => {
  const { provider, deploy, assumable, roleOf } = emptyAccount();

  describe("a name twice", () => {
    const twice: [keyof typeof tokens, Properties, string][] = [
      ["loadBalancer", { ...good.loadBalancer, name: "a" }, "DuplicateLoadBalancerName"],
      ["targetGroup", { ...good.targetGroup, name: "a" }, "DuplicateTargetGroupName"],
      ["role", { name: "a", ...assumable }, "EntityAlreadyExists"],
      ["logGroup", { name: "a" }, "ResourceAlreadyExistsException"],
      ["cluster", { name: "a" }, "InvalidParameterException"],
      ["repository", { name: "ab" }, "RepositoryAlreadyExistsException"],
      ["topic", { name: "a" }, "InvalidParameter"],
      ["bucket", { bucket: "logs" }, "BucketAlreadyOwnedByYou"],
      ["secret", { name: "a", recoveryWindowInDays: 0 }, "ResourceExistsException"],
      ["securityGroup", { name: "a", vpcId: "vpc-1" }, "InvalidGroup.Duplicate"],
      [
        "record",
        { zoneId: "Z", name: "a", type: "A", ttl: 1, records: ["1.1.1.1"] },
        "InvalidChangeBatch",
      ],
    ];
    for (const [type, inputs, code] of twice) {
      it(`of ${type}: ${code}`, async () => {
        const first = await deploy(type, inputs);
        await assert.rejects(deploy(type, inputs), new RegExp(`^Error: ${code}: `));
        await provider().delete(first);
        await deploy(type, inputs);
      });
    }

    it("of a secret in its recovery window: InvalidRequestException", async () => {
      await provider().delete(await deploy("secret", { name: "a" }));
      await assert.rejects(
        deploy("secret", { name: "a" }),
        /InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion/,
      );
    });

    it("of a function: ResourceConflictException", async () => {
      const role = await roleOf("fn");
      const inputs = good.function(role.outputs.arn, { name: "a" });
      await deploy("function", inputs);
      await assert.rejects(deploy("function", inputs), /ResourceConflictException/);
    });

    it("but lets a resource be updated under its own name", async () => {
      const role = await roleOf("own");
      await provider().update(role, { name: "own", ...assumable, description: "d" });
    });
  });

  it("a load balancer whose logs nobody may deliver into the bucket", async () => {
    const logging = { ...good.loadBalancer, accessLogs: { enabled: true, bucket: "logs" } };
    const allow = {
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::logs/AWSLogs/123456789012/*",
      Principal: { Service: "delivery.logs.amazonaws.com" },
    };
    const policyOf = (change: Properties = {}) => ({
      bucket: "logs",
      policy: JSON.stringify({ Statement: [{ ...allow, ...change }] }),
    });
    const isDenied = /^Error: InvalidConfigurationRequest: Access Denied for bucket: logs/;
    await assert.rejects(deploy("bucketPolicy", policyOf()), /^Error: NoSuchBucket: /);
    await deploy("bucket", { bucket: "logs" });
    await assert.rejects(deploy("loadBalancer", logging), isDenied);
    let policy = await deploy("bucketPolicy", policyOf());
    const insufficient: Properties[] = [
      { Effect: "Deny" },
      { Action: "s3:GetBucketAcl" },
      { Resource: "arn:aws:s3:::logs/AWSLogs/111111111111/*" },
      { Principal: { Service: "logging.s3.amazonaws.com" } },
    ];
    for (const change of insufficient) {
      policy = await provider().update(policy, policyOf(change));
      await assert.rejects(deploy("loadBalancer", logging), isDenied);
    }
    await provider().update(policy, policyOf());
    await deploy("loadBalancer", logging);
  });

  describe("a service", () => {
    let parts: Awaited<ReturnType<typeof serviceParts>>;
    beforeEach(async () => {
      parts = await serviceParts(provider());
    });
    const serve = (change: Properties = {}, groups = [parts.group]) =>
      deploy("service", serviceOf(parts.cluster, parts.task, groups, change), "svc");

    it("runs when everything is there", async () => {
      const service = await serve();
      assert.match(service.outputs.arn, /:service\/app\/svc-[0-9a-f]{7}$/);
    });

    it("before its target group has a listener", async () => {
      await provider().delete(parts.listener);
      await assert.rejects(
        serve(),
        /InvalidParameterException: The target group .* does not have an associated load balancer/,
      );
    });

    const entry = (change: Properties) => ({
      loadBalancers: [
        {
          targetGroupArn: parts.group.outputs.arn,
          containerName: "app",
          containerPort: 18888,
          ...change,
        },
      ],
    });
    it("whose container or port is not in the task definition", async () => {
      await assert.rejects(serve(entry({ containerName: "b" })), /The container b does not exist/);
      await assert.rejects(serve(entry({ containerPort: 1 })), /did not have a container port 1/);
    });

    it("whose group is UDP and container port TCP", async () => {
      const udp = await deploy("targetGroup", good.udpGroup, "udp");
      await deploy("listener", listenerOn(parts.balancer, udp, { port: 1, protocol: "UDP" }));
      await assert.rejects(serve({}, [udp]), /did not have a container port 18888 defined for udp/);
    });

    it("whose group takes instances", async () => {
      const instances = await deploy(
        "targetGroup",
        { ...good.targetGroup, targetType: "instance" },
        "i",
      );
      await deploy("listener", listenerOn(parts.balancer, instances, { port: 1 }));
      await assert.rejects(serve({}, [instances]), /target type instance, which is incompatible/);
    });

    it("without cluster, task definition or network", async () => {
      await assert.rejects(serve({ cluster: "none" }), /ClusterNotFoundException/);
      const elsewhere = "arn:aws:ecs:eu-west-1:123456789012:cluster/main";
      await assert.rejects(serve({ cluster: elsewhere }), /ClusterNotFoundException/);
      await assert.rejects(
        serve({ taskDefinition: "none:1" }),
        /ClientException: Unable to describe/,
      );
      await assert.rejects(serve({ networkConfiguration: {} }), /Network Configuration must be/);
    });

    it("twice: not idempotent", async () => {
      await serve({ name: "one" });
      await assert.rejects(serve({ name: "one" }), /Creation of service was not idempotent/);
    });

    it("keeps its cluster from being deleted", async () => {
      const service = await serve();
      await assert.rejects(provider().delete(parts.cluster), /ClusterContainsServicesException/);
      await provider().delete(service);
      await provider().delete(parts.cluster);
    });

    it("finds its task definition by ARN, by revision and by family", async () => {
      for (const taskDefinition of [parts.task.outputs.arn, "app:1", "app"]) {
        await serve({ taskDefinition });
      }
    });
  });

  describe("a DNS record", () => {
    const record = { zoneId: zoneIdOf("a.org"), name: "x.a.org", ttl: 1, records: ["192.0.2.1"] };
    for (const [there, message] of [
      ["A", /InvalidChangeBatch: Tried to create resource record set \[name='x\.a\.org\.'/],
      ["CNAME", /InvalidChangeBatch: RRSet of type A with DNS name x\.a\.org\. is not permitted/],
    ] as const) {
      it(`beside one of type ${there} of before: InvalidChangeBatch`, async () => {
        const records = [{ name: "x.a.org", type: there }];
        const facts = { hostedZones: { "a.org": { records } } };
        writeFileSync(join(provider().root, "account.yaml"), JSON.stringify(facts));
        await assert.rejects(deploy("record", { ...record, type: "A" }), message);
        await deploy("record", { ...record, name: "y.a.org", type: "A" });
      });
    }
  });

  describe("a log group under a key", () => {
    const kmsKeyId = "arn:aws:kms:ap-southeast-2:123456789012:key/own";
    const expected =
      /^Error: AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:ap-southeast-2:123456789012:log-group:a'/;
    const group = "arn:aws:logs:ap-southeast-2:123456789012:log-group:a";
    const root = { AWS: "arn:aws:iam::123456789012:root" };
    const statement = { Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" };
    for (const [what, facts] of [
      ["that does not exist", { missing: [kmsKeyId] }],
      [
        "whose policy admits other groups alone",
        {
          keys: {
            [kmsKeyId]: {
              policy: {
                Version: "2012-10-17",
                Statement: {
                  ...statement,
                  Principal: { Service: "logs.ap-southeast-2.amazonaws.com" },
                  Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": `${group}-2` } },
                },
              },
            },
          },
        },
      ],
      [
        "whose policy names IAM alone",
        { keys: { [kmsKeyId]: { policy: { Version: "2012-10-17", Statement: [statement] } } } },
      ],
    ] as const) {
      it(`${what}: AccessDeniedException`, async () => {
        writeFileSync(join(provider().root, "account.yaml"), JSON.stringify(facts));
        await assert.rejects(deploy("logGroup", { name: "a", kmsKeyId }), expected);
        rmSync(join(provider().root, "account.yaml"));
        await deploy("logGroup", { name: "a", kmsKeyId });
      });
    }

    it("of the stack's own with the policy that KMS gives it: AccessDeniedException", async () => {
      const { outputs } = await deploy("key", {});
      const inputs = { name: "a", kmsKeyId: String(outputs.arn) };
      await assert.rejects(deploy("logGroup", inputs), expected);
    });
  });
});
