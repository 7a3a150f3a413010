import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Vpc } from "../../../../local/providers/awsx/vpc";

interface Child {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of every shape
  readonly inputs: Record<string, any>;
}

/** Makes the component under mocks and answers its children and settled outputs. */
async function make(inputs: pulumi.Inputs) {
  const children: Child[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      if (type.startsWith("aws:")) {
        children.push({ type: type.split(":").at(-1) ?? "", name, inputs });
      }
      return { id: `${name}-id`, state: { ...inputs, allocationId: `${name}-allocation` } };
    },
    call: () => ({}),
  });
  const vpc = new Vpc("net", inputs, ["a", "b", "c"], {});
  const outputs = await new Promise<Record<string, unknown>>((resolve) => {
    pulumi
      .all([
        vpc.outputs.vpcId,
        vpc.outputs.publicSubnetIds,
        vpc.outputs.privateSubnetIds,
        vpc.outputs.isolatedSubnetIds,
        vpc.urn,
      ])
      .apply(([vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds]) =>
        resolve({ vpcId, publicSubnetIds, privateSubnetIds, isolatedSubnetIds }),
      );
  });
  await pulumi.runtime.disconnect();
  const of = (type: string) => children.filter((child) => child.type === type);
  const names = (type: string) =>
    of(type)
      .map(({ name }) => name)
      .sort();
  return { of, names, outputs };
}

describe("awsx:ec2:Vpc", () => {
  it("has a public and a private subnet in each zone, with tables, routes and tags", async () => {
    const { of, names, outputs } = await make({
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "OnePerAz" },
      enableDnsHostnames: true,
      tags: { Part: "p" },
    });
    const subnets = ["net-private-1", "net-private-2", "net-public-1", "net-public-2"];
    for (const type of ["Subnet", "RouteTable", "RouteTableAssociation", "Route"]) {
      assert.deepEqual(names(type), subnets, type);
    }
    assert.deepEqual(names("NatGateway"), ["net-1", "net-2"]);
    assert.deepEqual(names("Eip"), ["net-1", "net-2"]);
    assert.deepEqual(outputs, {
      vpcId: "net-id",
      publicSubnetIds: ["net-public-1-id", "net-public-2-id"],
      privateSubnetIds: ["net-private-1-id", "net-private-2-id"],
      isolatedSubnetIds: [],
    });
    assert.deepEqual(of("Vpc")[0]?.inputs, {
      cidrBlock: "10.0.0.0/16",
      enableDnsHostnames: true,
      tags: { Name: "net", Part: "p" },
    });
    const subnet = of("Subnet").find(({ name }) => name === "net-public-2");
    assert.equal(subnet?.inputs.mapPublicIpOnLaunch, true);
    assert.equal(subnet?.inputs.availabilityZone, "b");
    assert.deepEqual(subnet?.inputs.tags, {
      Name: "net-public-2",
      Part: "p",
      SubnetType: "Public",
    });
  });

  it("routes public subnets to the internet gateway and private ones to their zone's NAT", async () => {
    const { of } = await make({
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "OnePerAz" },
    });
    const route = (name: string) => of("Route").find((child) => child.name === name)?.inputs;
    assert.equal(route("net-public-2")?.gatewayId, "net-id");
    assert.equal(route("net-private-2")?.natGatewayId, "net-2-id");
    assert.equal(of("NatGateway")[1]?.inputs.allocationId, "net-2-allocation");
  });

  it("shares one NAT gateway with strategy Single", async () => {
    const { of, names } = await make({
      numberOfAvailabilityZones: 2,
      natGateways: { strategy: "Single" },
    });
    assert.deepEqual(names("NatGateway"), ["net-1"]);
    const targets = of("Route").map(({ inputs }) => inputs.natGatewayId);
    assert.deepEqual(targets.filter(Boolean), ["net-1-id", "net-1-id"]);
  });

  it("has no way out of private subnets with strategy None, nor ever of isolated ones", async () => {
    const none = await make({
      availabilityZoneNames: ["x"],
      natGateways: { strategy: "None" },
    });
    assert.deepEqual(none.names("Route"), ["net-public-1"]);
    const isolated = await make({
      availabilityZoneNames: ["x"],
      natGateways: { strategy: "Single" },
      subnetSpecs: [{ type: "Public" }, { type: "Isolated", name: "db" }],
    });
    assert.deepEqual(isolated.names("Route"), ["net-public-1"]);
    assert.deepEqual(isolated.outputs.isolatedSubnetIds, ["net-db-1-id"]);
  });

  it("names all arguments that it does not take", async () => {
    await assert.rejects(
      make({
        vpcEndpointSpecs: [],
        natGateways: { strategy: "Two", elasticIpAllocationIds: [] },
        subnetSpecs: [{ type: "Unused", size: 3 }],
        numberOfAvailabilityZones: 4,
        subnetStrategy: "Exact",
      }),
      (error: Error) =>
        ["vpcEndpointSpecs", "Two", "elasticIpAllocationIds", "Unused", "size", "4", "Exact"].every(
          (word) => error.message.includes(word),
        ),
    );
  });
});
