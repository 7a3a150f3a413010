import { version as awsVersion } from "@pulumi/aws/package.json";
import * as pulumi from "@pulumi/pulumi";
import { checkVpcArgs, type NatStrategy } from "./args";
import { type PlannedSubnet, planSubnets } from "./subnets";

/** A child of an aws type, without loading the SDK: only the outputs that are used are declared. */
class AwsResource extends pulumi.CustomResource {
  declare readonly allocationId: pulumi.Output<string>;

  constructor(type: string, name: string, args: pulumi.Inputs, parent: pulumi.Resource) {
    // The SDK's version keeps these children on the same provider as the program's own resources.
    super(type, name, { allocationId: undefined, ...args }, { parent, version: awsVersion });
  }
}

interface Network {
  readonly vpc: AwsResource;
  readonly internetGateway: AwsResource;
  readonly subnets: AwsResource[];
  readonly routeTables: AwsResource[];
  readonly routeTableAssociations: AwsResource[];
  readonly routes: AwsResource[];
  readonly eips: AwsResource[];
  readonly natGateways: AwsResource[];
}

/** awsx.ec2.Vpc with the children, names and tags that awsx 3.9 gives them. */
export class Vpc extends pulumi.ComponentResource {
  /** Every output of the awsx schema. */
  readonly outputs: pulumi.Inputs;

  constructor(
    private readonly vpcName: string,
    inputs: pulumi.Inputs,
    zoneNames: readonly string[],
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("awsx:ec2:Vpc", vpcName, inputs, opts);
    const args = checkVpcArgs(inputs);
    const zones =
      args.availabilityZoneNames ?? zoneNames.slice(0, args.numberOfAvailabilityZones ?? 3);
    const cidrBlock = args.cidrBlock ?? "10.0.0.0/16";
    const specs = args.subnetSpecs;
    const strategy = args.subnetStrategy ?? "Legacy";
    const zoneMask = args.availabilityZoneCidrMask;
    const plan = planSubnets(vpcName, cidrBlock, zones, specs, strategy, zoneMask);

    const tags = { Name: vpcName, ...args.tags };
    const vpc = this.child("aws:ec2/vpc:Vpc", vpcName, this, {
      cidrBlock,
      enableDnsHostnames: args.enableDnsHostnames,
      enableDnsSupport: args.enableDnsSupport,
      tags,
    });
    const gateway = { vpcId: vpc.id, tags };
    const network: Network = {
      vpc,
      internetGateway: this.child("aws:ec2/internetGateway:InternetGateway", vpcName, vpc, gateway),
      subnets: [],
      routeTables: [],
      routeTableAssociations: [],
      routes: [],
      eips: [],
      natGateways: [],
    };
    const natStrategy = args.natGateways?.strategy ?? "OnePerAz";
    // Public subnets of a zone first: the private ones need the NAT gateways in them.
    const order = zones.flatMap((zone) =>
      ["Public", "Private", "Isolated"].flatMap((type) =>
        plan.filter((subnet) => subnet.zone === zone && subnet.type === type),
      ),
    );
    for (const subnet of order) {
      this.addSubnet(network, subnet, zones.indexOf(subnet.zone), natStrategy, tags);
    }
    this.outputs = this.describe(network, order);
    this.registerOutputs(this.outputs);
  }

  private child(type: string, name: string, parent: pulumi.Resource, args: pulumi.Inputs) {
    return new AwsResource(type, name, args, parent);
  }

  private addSubnet(
    network: Network,
    { name, type, zone, cidrBlock, tags: ownTags }: PlannedSubnet,
    zoneIndex: number,
    strategy: NatStrategy,
    vpcTags: pulumi.Inputs,
  ): void {
    const tags = { ...vpcTags, Name: name, SubnetType: type, ...ownTags };
    const subnet = this.child("aws:ec2/subnet:Subnet", name, network.vpc, {
      vpcId: network.vpc.id,
      availabilityZone: zone,
      mapPublicIpOnLaunch: type === "Public",
      cidrBlock,
      tags,
    });
    const routeTable = this.child("aws:ec2/routeTable:RouteTable", name, subnet, {
      vpcId: network.vpc.id,
      tags,
    });
    network.subnets.push(subnet);
    network.routeTables.push(routeTable);
    network.routeTableAssociations.push(
      this.child("aws:ec2/routeTableAssociation:RouteTableAssociation", name, routeTable, {
        routeTableId: routeTable.id,
        subnetId: subnet.id,
      }),
    );
    const gateways = network.natGateways;
    const wanted = strategy === "OnePerAz" ? zoneIndex + 1 : strategy === "Single" ? 1 : 0;
    if (type === "Public" && gateways.length < wanted) {
      this.addNatGateway(network, `${this.vpcName}-${zoneIndex + 1}`, subnet, vpcTags);
    }
    const target =
      type === "Public"
        ? { gatewayId: network.internetGateway.id }
        : { natGatewayId: (strategy === "Single" ? gateways[0] : gateways[zoneIndex])?.id };
    if (type !== "Isolated" && Object.values(target)[0] !== undefined) {
      network.routes.push(
        this.child("aws:ec2/route:Route", name, routeTable, {
          routeTableId: routeTable.id,
          destinationCidrBlock: "0.0.0.0/0",
          ...target,
        }),
      );
    }
  }

  private addNatGateway(
    network: Network,
    name: string,
    subnet: AwsResource,
    vpcTags: pulumi.Inputs,
  ): void {
    const tags = { ...vpcTags, Name: name };
    const eip = this.child("aws:ec2/eip:Eip", name, subnet, { tags });
    network.eips.push(eip);
    network.natGateways.push(
      this.child("aws:ec2/natGateway:NatGateway", name, subnet, {
        subnetId: subnet.id,
        allocationId: eip.allocationId,
        tags,
      }),
    );
  }

  private describe(network: Network, order: readonly PlannedSubnet[]): pulumi.Inputs {
    const ofType = (type: string) => network.subnets.filter((_, at) => order[at]?.type === type);
    const ids = (resources: AwsResource[]) => resources.map(({ id }) => id);
    return {
      ...network,
      vpcId: network.vpc.id,
      vpcEndpoints: [],
      publicSubnets: ofType("Public"),
      privateSubnets: ofType("Private"),
      isolatedSubnets: ofType("Isolated"),
      publicSubnetIds: ids(ofType("Public")),
      privateSubnetIds: ids(ofType("Private")),
      isolatedSubnetIds: ids(ofType("Isolated")),
      subnetLayout: layoutOf(order),
    };
  }
}

/** The specs that lead to the same layout with strategy "Auto". */
function layoutOf(order: readonly PlannedSubnet[]): pulumi.Inputs[] {
  const first = order[0]?.zone;
  return order
    .filter(({ zone }) => zone === first)
    .map(({ type, cidrBlock }) => ({ type, cidrMask: Number(cidrBlock.split("/")[1]) }));
}
