import * as ec2 from "@pulumi/aws/ec2";
import * as lb from "@pulumi/aws/lb";
import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import { type CertificateSettings, type DomainSettings, domainOf } from "../../config";
import { AccessLogs } from "./accessLogs";

export interface LoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<string[]>;
  /** The domain name of the certificate becomes the host, by an alias record. */
  readonly certificate: CertificateSettings;
  /** Days for which access logs are kept. */
  readonly logRetentionDays: number;
  /** Whether the load balancer may be deleted or replaced: its DNS name changes with it. */
  readonly protect: boolean;
  /** Key that encrypts the access logs. */
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The public network load balancer with its security group, its access logs, and an alias record for the domain name. Listeners
 * come later, as a self-signed certificate is made for the load balancer's own DNS name.
 *
 * Costs about 16 US dollars a month, 3.65 for each zone's address, and 0.006 per GB.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** LoadBalancer dimension of CloudWatch metrics. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** Name by which clients reach it: the domain name, else the DNS name. */
  readonly host: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:LoadBalancer", name, {}, opts);
    const { certificate, tags } = args;

    // A network load balancer that is made without a security group can never get one.
    const securityGroup = new ec2.SecurityGroup(
      `${name}-security-group`,
      { vpcId: args.vpcId, description: "Media load balancer", tags },
      { parent: this },
    );
    const accessLogs = new AccessLogs(`${name}-access-logs`, args, { parent: this });
    const loadBalancer = new lb.LoadBalancer(
      `${name}-nlb`,
      {
        loadBalancerType: "network",
        internal: false,
        subnets: args.subnetIds,
        securityGroups: [securityGroup.id],
        // There is one task: without it the addresses of the other zones lead nowhere.
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: args.protect,
        accessLogs: { enabled: true, bucket: accessLogs.bucket },
        tags,
      },
      { parent: this, protect: args.protect },
    );
    const domain = domainOf(certificate);
    if (domain) this.createAlias(name, domain, loadBalancer);

    this.arn = loadBalancer.arn;
    this.arnSuffix = loadBalancer.arnSuffix;
    this.dnsName = loadBalancer.dnsName;
    this.host = domain ? pulumi.output(domain.domainName) : loadBalancer.dnsName;
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({
      arn: this.arn,
      arnSuffix: this.arnSuffix,
      dnsName: this.dnsName,
      host: this.host,
      securityGroupId: this.securityGroupId,
    });
  }

  private createAlias(
    name: string,
    { domainName, hostedZoneName }: DomainSettings,
    loadBalancer: lb.LoadBalancer,
  ): void {
    const zone = route53.getZoneOutput({ name: hostedZoneName }, { parent: this });
    new route53.Record(
      `${name}-alias`,
      {
        zoneId: zone.zoneId,
        name: domainName,
        type: "A",
        aliases: [
          {
            name: loadBalancer.dnsName,
            zoneId: loadBalancer.zoneId,
            evaluateTargetHealth: false,
          },
        ],
      },
      { parent: this },
    );
  }
}
