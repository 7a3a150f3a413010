import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { publicRanges } from "../network/publicRanges";
import { waivers } from "../waivers";
import { gatewayPorts } from "./containers";

export interface TaskSecurityGroupArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Range of the VPC when it is ours. */
  readonly vpcCidrBlock: string | undefined;
  /** Private networks that leases may pull from. */
  readonly trustedSourceCidrs: readonly string[];
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The task's security group: the load balancer may reach the gateway's ports, and nothing else may in. The rules
 * that let the load balancer out to these ports stand here too, as they always come in pairs. Out may go what
 * pulls a lease's proxy, which may be on any port but on the internet or in a trusted network only, and HTTPS.
 */
export class TaskSecurityGroup extends pulumi.ComponentResource {
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: TaskSecurityGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:TaskSecurityGroup", name, {}, opts);
    const { loadBalancerSecurityGroupId, tags } = args;

    const group = new ec2.SecurityGroup(
      `${name}-group`,
      { vpcId: args.vpcId, description: "Media task", tags },
      { parent: this },
    );
    for (const { key, port, ipProtocol } of gatewayPorts()) {
      const rule = { ipProtocol, fromPort: port, toPort: port, tags };
      new vpc.SecurityGroupIngressRule(
        `${name}-${key}-ingress`,
        {
          ...rule,
          securityGroupId: group.id,
          referencedSecurityGroupId: loadBalancerSecurityGroupId,
          description: `${key} from the load balancer`,
        },
        { parent: this },
      );
      new vpc.SecurityGroupEgressRule(
        `${name}-${key}-load-balancer-egress`,
        {
          ...rule,
          securityGroupId: loadBalancerSecurityGroupId,
          referencedSecurityGroupId: group.id,
          description: `${key} to the task`,
        },
        { parent: this },
      );
    }
    // DNS needs no rule: security groups do not filter the way to the VPC's resolver.
    new vpc.SecurityGroupEgressRule(
      `${name}-https-egress`,
      {
        securityGroupId: group.id,
        // To everywhere: an existing VPC may have interface endpoints for these.
        description: "Images, logs, secrets and the auth function",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "0.0.0.0/0",
        tags,
      },
      { parent: this },
    );

    this.letSourcesOut(name, group, args);

    this.securityGroupId = group.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }

  /** One rule for all protocols: each counts every entry of the list against the 60 rules of a group. */
  private letSourcesOut(
    name: string,
    group: ec2.SecurityGroup,
    { vpcCidrBlock, trustedSourceCidrs, tags }: TaskSecurityGroupArgs,
  ): void {
    const cidrs = publicRanges(vpcCidrBlock === undefined ? [] : [vpcCidrBlock]);
    const internet = new ec2.ManagedPrefixList(
      `${name}-internet`,
      {
        addressFamily: "IPv4",
        maxEntries: cidrs.length,
        entries: cidrs.map((cidr) => ({ cidr })),
        tags: { ...tags, ...waivers.internetPrefixList },
      },
      { parent: this },
    );
    new vpc.SecurityGroupEgressRule(
      `${name}-sources-egress`,
      {
        securityGroupId: group.id,
        description: "Sources that leases pull from, on the internet",
        ipProtocol: "-1",
        prefixListId: internet.id,
        tags,
      },
      { parent: this },
    );
    for (const cidrIpv4 of trustedSourceCidrs) {
      new vpc.SecurityGroupEgressRule(
        `${name}-sources-egress-${cidrIpv4.replace("/", "-")}`,
        {
          securityGroupId: group.id,
          description: `Sources that leases pull from, in ${cidrIpv4}`,
          ipProtocol: "-1",
          cidrIpv4,
          tags,
        },
        { parent: this },
      );
    }
  }
}
