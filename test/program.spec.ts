import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { waivers } from "../components/waivers";
import program from "../index";
import { arn, dev, devConfig, devStack, one, prodStack, withKeys } from "./components/program";
import { type Registered, runProgram } from "./mocks";

describe("program", () => {
  let resources: readonly Registered[];
  let prod: readonly Registered[];
  before(async () => {
    resources = await devStack();
    prod = await prodStack();
  });

  it("has exactly these resources in dev", () => {
    const doors = ["rtmp", "rtsp", "srt", "hls", "api"];
    const expected = {
      "tak-media-infra-dev": [
        "network",
        "load-balancer",
        "certificate",
        "listeners",
        "auth",
        "gateway",
        "mediamtx",
        "media",
      ],
      network: [
        "network-vpc",
        "network-default-security-group",
        "network-flow-log-group",
        "network-flow-log-role",
        "network-flow-log-policy",
        "network-flow-log",
      ],
      "load-balancer": [
        "load-balancer-security-group",
        "load-balancer-access-logs",
        "load-balancer-nlb",
      ],
      "load-balancer-access-logs": [
        "bucket",
        "public-access-block",
        "encryption",
        "lifecycle",
        "policy",
      ].map((part) => `load-balancer-access-logs-${part}`),
      certificate: ["certificate-key", "certificate-self-signed", "certificate-acm"],
      listeners: doors.flatMap((key) => [
        `listeners-${key}`,
        `listeners-${key}`,
        `listeners-${key}-from-0.0.0.0-0`,
      ]),
      auth: ["auth-log-group", "auth-role", "auth-policy", "auth-handler", "auth-alias"],
      gateway: ["gateway-repository", "gateway-lifecycle-policy", "gateway-image"],
      mediamtx: ["mediamtx-repository", "mediamtx-lifecycle-policy", "mediamtx-image"],
      media: ["media-cluster", "media-log-group", "media-firewall", "media-task", "media-service"],
      "media-firewall": [
        "media-firewall-group",
        ...[...doors, "health"].flatMap((key) => [
          `media-firewall-${key}-ingress`,
          `media-firewall-${key}-load-balancer-egress`,
        ]),
        "media-firewall-https-egress",
        "media-firewall-internet",
        "media-firewall-sources-egress",
      ],
      "media-task": [
        "media-task-execution-role",
        "media-task-execution-policy",
        "media-task-role",
        "media-task-policy",
        "media-task-definition",
      ],
    };
    const names = new Map(resources.map(({ urn, name }) => [urn, name]));
    const tree: Record<string, string[]> = {};
    for (const { parent, name } of resources.filter(({ parent }) => parent !== "")) {
      const parentName = names.get(parent) ?? parent;
      tree[parentName] = [...(tree[parentName] ?? []), name];
    }
    const sorted = (groups: Record<string, string[]>) =>
      Object.fromEntries(Object.entries(groups).map(([key, list]) => [key, [...list].sort()]));
    assert.deepEqual(sorted(tree), sorted(expected));
  });

  it("names every child after its parent", () => {
    const names = new Map(resources.map(({ urn, name }) => [urn, name]));
    for (const { name, parent, type } of [...resources, ...prod]) {
      const parentName = names.get(parent);
      if (!parentName || parentName === "tak-media-infra-dev") continue;
      assert.ok(name.startsWith(`${parentName}-`), `${type} ${name} in ${parentName}`);
    }
  });

  it("registers every public field of every component as an output", () => {
    const expected = {
      network: ["assignPublicIp", "publicSubnetIds", "taskSubnetIds", "vpcId"],
      "load-balancer": ["arn", "arnSuffix", "dnsName", "host", "securityGroupId"],
      "load-balancer-access-logs": ["bucket"],
      certificate: ["arn"],
      listeners: ["targetGroupArnSuffixes", "targetGroupArns"],
      auth: ["aliasArn", "functionName"],
      gateway: ["image", "repositoryArn"],
      mediamtx: ["image", "repositoryArn"],
      media: ["clusterName", "logGroupName", "serviceName", "taskDefinitionArn"],
      "media-firewall": ["securityGroupId"],
      "media-task": ["taskDefinitionArn"],
    };
    const registered = resources
      .filter(({ type }) => type.startsWith("tak-media-infra:"))
      .map(({ name, outputs }) => [name, Object.keys(outputs ?? {}).sort()]);
    assert.deepEqual(Object.fromEntries(registered), expected);
  });

  it("tags everything that can be tagged", () => {
    const untaggable = new Set([
      "aws:acm/certificateValidation:CertificateValidation",
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:lambda/alias:Alias",
      "aws:route53/record:Record",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:secretsmanager/secretVersion:SecretVersion",
      "aws:sns/topicSubscription:TopicSubscription",
    ]);
    const aws = prod.filter(({ type }) => /^awsx?:/.test(type) && !untaggable.has(type));
    assert.ok(aws.length > 40);
    for (const { name, inputs } of aws) {
      const expected = { Project: "tak-media-infra", Stack: "prod", Environment: "prod" };
      const own = Object.entries(inputs.tags ?? {}).filter(([key]) => !/^policy-waiver:/.test(key));
      assert.deepEqual(Object.fromEntries(own), expected, name);
    }
  });

  it("states its waivers of the policy pack on the resources that need them", () => {
    const waived = prod.flatMap(({ name, inputs }) =>
      Object.keys(inputs.tags ?? {})
        .filter((key) => key.startsWith("policy-waiver:"))
        .map((key) => [name, key]),
    );
    assert.deepEqual(waived, [
      ["media-firewall-internet", "policy-waiver:prefix-list-world"],
      ["listeners-hls-from-0.0.0.0-0", "policy-waiver:public-high-risk-ports"],
    ]);
    for (const text of Object.values(waivers).flatMap((tags) => Object.values(tags))) {
      assert.match(text, /^[\w +=.:/@-]{20,256}$/, "a tag takes these characters");
    }
  });

  it("answers the stack's outputs", () => {
    const host = "load-balancer-nlb.elb.ap-southeast-2.amazonaws.com";
    assert.deepEqual(one(resources, "tak-media-infra-dev").outputs, {
      host,
      urls: {
        rtmp: `rtmps://${host}:1936`,
        rtsp: `rtsps://${host}:8555`,
        srt: `srt://${host}:8890`,
        hls: `https://${host}:8888`,
        api: `https://${host}:9997`,
      },
      clusterName: "TAK-Dev-ECSCluster",
      serviceName: "TAK-Dev-MediaInfra-MediaMTX",
      taskDefinitionArn: arn("ecs", "task-definition/TAK-Dev-MediaInfra-MediaMTX:1"),
      logGroupName: "/ecs/TAK-Dev-MediaInfra-MediaMTX",
      targetGroupArns: Object.fromEntries(
        ["rtmp", "rtsp", "srt", "hls", "api"].map((key) => [
          key,
          arn("elasticloadbalancing", `targetgroup/listeners-${key}/1`),
        ]),
      ),
      certificateArn: arn("acm", "certificate/certificate-acm"),
      authFunctionName: "TAK-Dev-MediaInfra-Auth",
      srtPassphraseSecretArn: "",
      srtPassphraseCommand: "",
    });
  });

  it("reports a bad configuration as one error for the user", async () => {
    await assert.rejects(dev({ mediamtxCpu: "300", zones: "9" }), (error) => {
      assert.ok(RunError.isInstance(error));
      assert.match(error.message, /"mediamtxCpu" is 300;.*\n.*"zones" is 9;/);
      return true;
    });
  });

  it("refuses a value that is stored as a secret", async () => {
    const config = withKeys(devConfig, { alarmEmail: "canary@example.org" });
    const run = runProgram(program, "dev", config, ["tak-media-infra:alarmEmail"]);
    await assert.rejects(run, /"alarmEmail" is stored as a secret/);
  });
});
