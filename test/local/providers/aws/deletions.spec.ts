import assert from "node:assert/strict";
import { aws } from "../../../../local/providers/aws";
import type { Properties } from "../../../../local/providers/engine/wire";
import { Provider } from "../client";
import { good, permissions, serviceParts, tokens, trustPolicy } from "../fixtures";

describe("what the account refuses to delete", () => {
  let provider: Provider;
  beforeEach(async () => {
    provider = await Provider.start(aws);
  });
  afterEach(() => provider.stop());

  const deploy = (type: keyof typeof tokens, inputs: Properties, name = "x") =>
    provider.deploy(tokens[type], name, inputs);

  it("of a target group in use: ResourceInUse", async () => {
    const { group, listener } = await serviceParts(provider);
    await assert.rejects(provider.delete(group), /ResourceInUse: Target group/);
    await provider.delete(listener);
    await provider.delete(group);
  });

  it("of a protected load balancer: OperationNotPermitted", async () => {
    const inputs = { ...good.loadBalancer, enableDeletionProtection: true };
    const balancer = await deploy("loadBalancer", inputs);
    await assert.rejects(provider.delete(balancer), /OperationNotPermitted/);
    await provider.delete(await provider.update(balancer, good.loadBalancer));
  });

  it("of a VPC with a subnet, and of the subnet under a NAT gateway: DependencyViolation", async () => {
    const vpc = await deploy("vpc", good.vpc);
    const subnet = await deploy("subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
    const eip = await deploy("eip", {});
    const nat = await deploy("natGateway", { subnetId: subnet.id, allocationId: eip.id });
    assert.equal(nat.outputs.publicIp, eip.outputs.publicIp);
    await assert.rejects(provider.delete(vpc), new RegExp(`DependencyViolation: .*${subnet.id}`));
    await assert.rejects(provider.delete(subnet), new RegExp(`DependencyViolation: .*${nat.id}`));
    await assert.rejects(provider.delete(eip), /InvalidIPAddress.InUse/);
    for (const gone of [nat, eip, subnet, vpc]) {
      await provider.delete(gone);
    }
  });

  it("of a security group that a load balancer or another group's rule uses", async () => {
    const group = await deploy("securityGroup", { name: "used" });
    const other = await deploy("securityGroup", { name: "other" });
    const all = { ipProtocol: "-1", referencedSecurityGroupId: group.id };
    const own = await deploy("ingress", { securityGroupId: group.id, ...all });
    const foreign = await deploy("ingress", { securityGroupId: other.id, ...all });
    const inputs = { ...good.loadBalancer, securityGroups: [group.id] };
    const balancer = await deploy("loadBalancer", inputs);
    await assert.rejects(
      provider.delete(group),
      (error: Error) =>
        error.message.startsWith("DependencyViolation") &&
        error.message.includes(balancer.id) &&
        error.message.includes(foreign.id) &&
        !error.message.includes(own.id),
    );
    await provider.delete(balancer);
    await provider.delete(foreign);
    await provider.delete(group);
  });

  it("of a role with policies: DeleteConflict", async () => {
    const role = await deploy("role", {
      name: "r",
      assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
    });
    const policy = await deploy("rolePolicy", { role: role.id, policy: permissions() });
    await assert.rejects(provider.delete(role), /DeleteConflict/);
    await provider.delete(policy);
    await provider.delete(role);
  });
});
