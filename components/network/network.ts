import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import * as iam from "@pulumi/aws/iam";
import * as awsx from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { NetworkSettings } from "../../config";
import { policyDocument } from "../iam/iam";
import { flowLogRolePermissions } from "../iam/rolePermissions";
import { serviceTrust } from "../iam/serviceTrust";
import { waivers } from "../waivers";

export interface NetworkArgs {
  readonly network: NetworkSettings;
  readonly logRetentionDays: number;
  /** Whether the log group may be deleted. */
  readonly protect: boolean;
  /** Key that encrypts the flow log. */
  readonly kmsKeyArn: string | undefined;
  /** IAM path of the role, such as /TAK-Dev-MediaInfra/. */
  readonly rolePath: string;
  readonly permissionsBoundaryArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

type NewVpc = Extract<NetworkSettings, { kind: "new" }>;

/**
 * Where everything lives: a new VPC with one public subnet per zone, a private one beside it when there are NAT
 * gateways, a locked default security group and a flow log; or an existing VPC, which is left as it is.
 *
 * Each NAT gateway costs about 33 US dollars a month and 0.045 per GB; media of clients does not pass it.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Undefined for an existing VPC. */
  readonly vpcCidrBlock: string | undefined;
  /** For the load balancer. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** For the task: private, or public where there is no NAT gateway. */
  readonly taskSubnetIds: pulumi.Output<string[]>;
  /** Whether the task needs a public address to reach the internet. */
  readonly assignPublicIp: pulumi.Output<boolean>;
  /** What leads the task to the internet. Without it a task cannot pull its image, so the service depends on it. */
  readonly routes: pulumi.Output<pulumi.Resource[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:Network", name, {}, opts);
    const { network } = args;
    this.vpcCidrBlock = network.kind === "new" ? network.cidrBlock : undefined;

    if (network.kind === "existing") {
      this.vpcId = pulumi.output(network.vpcId);
      this.publicSubnetIds = pulumi.output([...network.publicSubnetIds]);
      this.taskSubnetIds = pulumi.output([...network.privateSubnetIds]);
      this.assignPublicIp = pulumi.output(false);
      this.routes = pulumi.output([]);
    } else {
      const isPublicTask = network.natGateways === "None";
      const vpc = this.createVpc(name, network, args);
      this.lockDefaultSecurityGroup(name, vpc, args);
      this.logFlows(name, vpc, args);
      this.vpcId = vpc.vpcId;
      this.publicSubnetIds = vpc.publicSubnetIds;
      this.taskSubnetIds = isPublicTask ? vpc.publicSubnetIds : vpc.privateSubnetIds;
      this.assignPublicIp = pulumi.output(isPublicTask);
      // Its subnets alone would do for Pulumi, which then might make the service before, or delete it after, these.
      this.routes = pulumi
        .all([vpc.natGateways, vpc.routes, vpc.routeTableAssociations])
        .apply((resources): pulumi.Resource[] => resources.flat());
    }

    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      taskSubnetIds: this.taskSubnetIds,
      assignPublicIp: this.assignPublicIp,
    });
  }

  private createVpc(name: string, network: NewVpc, { tags }: NetworkArgs): awsx.Vpc {
    const hasPrivateSubnets = network.natGateways !== "None";
    const publicSubnets = { type: "Public" as const, tags: waivers.publicSubnets };
    return new awsx.Vpc(
      `${name}-vpc`,
      {
        cidrBlock: network.cidrBlock,
        // awsx takes a plain list only: a promise arrives as what it resolves to, an output would arrive as one.
        availabilityZoneNames: this.zoneNames(network.zones) as unknown as string[],
        availabilityZoneCidrMask: zoneMaskLength(network.cidrBlock),
        natGateways: { strategy: network.natGateways },
        subnetStrategy: "Auto",
        subnetSpecs: hasPrivateSubnets ? [{ type: "Private" }, publicSubnets] : [publicSubnets],
        enableDnsHostnames: true,
        enableDnsSupport: true,
        tags,
      },
      { parent: this },
    );
  }

  /**
   * The first zones of the region itself. By itself awsx takes the first of all, and Local Zones that the account has
   * opted into come first by name; they have neither Fargate nor network load balancers.
   */
  private async zoneNames(count: number): Promise<string[]> {
    const filters = [
      { name: "opt-in-status", values: ["opt-in-not-required"] },
      { name: "zone-type", values: ["availability-zone"] },
    ];
    const { names } = await getAvailabilityZones({ state: "available", filters }, { parent: this });
    if (names.length >= count) return [...names].sort().slice(0, count);
    throw new pulumi.RunError(
      `zones is ${count}, but the region has ${names.length} available: ${names.join(", ")}; ` +
        `pulumi config set zones ${names.length}`,
    );
  }

  /** A default security group without rules: what is started without a group of its own reaches nothing. */
  private lockDefaultSecurityGroup(name: string, vpc: awsx.Vpc, { tags }: NetworkArgs): void {
    new ec2.DefaultSecurityGroup(
      `${name}-default-security-group`,
      { vpcId: vpc.vpcId, ingress: [], egress: [], tags },
      { parent: this },
    );
  }

  /** The only record of who reached UDP 8890: access logs of network load balancers cover TLS listeners alone. */
  private logFlows(name: string, vpc: awsx.Vpc, args: NetworkArgs): void {
    const { tags } = args;
    const logGroup = new cloudwatch.LogGroup(
      `${name}-flow-log-group`,
      { retentionInDays: args.logRetentionDays, kmsKeyId: args.kmsKeyArn, tags },
      { parent: this, protect: args.protect },
    );
    const role = new iam.Role(
      `${name}-flow-log-role`,
      {
        assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com", this),
        path: args.rolePath,
        permissionsBoundary: args.permissionsBoundaryArn,
        tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-flow-log-policy`,
      {
        role: role.name,
        policy: logGroup.arn.apply((arn) => policyDocument(flowLogRolePermissions(arn))),
      },
      { parent: this },
    );
    new ec2.FlowLog(
      `${name}-flow-log`,
      {
        vpcId: vpc.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: logGroup.arn,
        iamRoleArn: role.arn,
        tags,
      },
      { parent: this, dependsOn: [policy] },
    );
  }
}

/**
 * Each zone has a quarter of the VPC's range however many there are, as the subnets of the others would be laid out
 * anew, and thus replaced, whenever one is added.
 */
const zoneMaskLength = (cidrBlock: string): number => Number(cidrBlock.split("/")[1]) + 2;
