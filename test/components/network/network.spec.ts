import assert from "node:assert/strict";
import { waivers } from "../../../components/waivers";
import type { Registered } from "../../mocks";
import { arn, dev, devStack, one, statements } from "../program";

const publicSubnets = { type: "Public", tags: waivers.publicSubnets };

describe("network", () => {
  let resources: readonly Registered[];
  before(async () => {
    resources = await devStack();
  });

  it("has a new VPC with a locked default security group and a flow log", () => {
    const { inputs } = one(resources, "network-vpc");
    assert.equal(inputs.cidrBlock, "10.0.0.0/16");
    assert.deepEqual(inputs.availabilityZoneNames, ["ap-southeast-2a", "ap-southeast-2b"]);
    assert.equal(inputs.availabilityZoneCidrMask, 18, "a quarter of the VPC for each zone");
    assert.deepEqual(inputs.natGateways, { strategy: "Single" });
    assert.deepEqual(inputs.subnetSpecs, [{ type: "Private" }, publicSubnets]);
    const group = one(resources, "network-default-security-group").inputs;
    assert.deepEqual([group.ingress, group.egress], [[], []]);
    const flowLog = one(resources, "network-flow-log").inputs;
    assert.equal(flowLog.vpcId, "network-vpc-id");
    assert.equal(flowLog.trafficType, "ALL");
    assert.equal(one(resources, "network-flow-log-group").inputs.retentionInDays, 7);
  });

  it("lets flow logs of this account write into its log group, and list groups", () => {
    const { Statement } = JSON.parse(
      String(one(resources, "network-flow-log-role").inputs.assumeRolePolicy),
    );
    assert.deepEqual(Statement[0].Condition, {
      StringEquals: { "aws:SourceAccount": "123456789012" },
      ArnLike: { "aws:SourceArn": arn("ec2", "vpc-flow-log/*") },
    });
    const granted = statements(resources, "network-flow-log-policy") as {
      Action: string[];
      Resource: string;
    }[];
    const group = arn("logs", "log-group:network-flow-log-group-1a2b3c4:*");
    assert.deepEqual(
      granted.map(({ Action, Resource }) => [Action, Resource]),
      [
        [["logs:CreateLogStream", "logs:PutLogEvents"], group],
        [["logs:DescribeLogStreams"], group],
        [["logs:DescribeLogGroups"], "*"],
      ],
    );
  });

  it("puts the task into private subnets without a public address", () => {
    assert.deepEqual(one(resources, "media-service").inputs.networkConfiguration, {
      subnets: ["subnet-private-1", "subnet-private-2"],
      securityGroups: ["media-firewall-group-id"],
      assignPublicIp: false,
    });
  });

  it("gives the task a public address where there is no NAT gateway", async () => {
    const cheap = await dev({ natGateways: "None" });
    assert.deepEqual(one(cheap, "network-vpc").inputs.subnetSpecs, [publicSubnets]);
    assert.deepEqual(one(cheap, "media-service").inputs.networkConfiguration, {
      subnets: ["subnet-public-1", "subnet-public-2"],
      securityGroups: ["media-firewall-group-id"],
      assignPublicIp: true,
    });
  });

  it("leaves an existing VPC as it is", async () => {
    const existing = await dev({
      vpcId: "vpc-0123456789abcdef0",
      publicSubnetIds: '["subnet-0123456789abcdef0"]',
      privateSubnetIds: '["subnet-0123456789abcdef1"]',
    });
    assert.deepEqual(
      existing.filter(({ parent }) => parent.endsWith("::network")),
      [],
    );
    assert.deepEqual(one(existing, "load-balancer-nlb").inputs.subnets, [
      "subnet-0123456789abcdef0",
    ]);
    const { networkConfiguration } = one(existing, "media-service").inputs;
    assert.deepEqual((networkConfiguration as { subnets: string[] }).subnets, [
      "subnet-0123456789abcdef1",
    ]);
  });
});
