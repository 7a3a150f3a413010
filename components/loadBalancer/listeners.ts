import * as lb from "@pulumi/aws/lb";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import {
  gatewayHealthPort,
  gatewayPort,
  type Protocol,
  type PublicPort,
  protocols,
  publicPorts,
} from "../../shared/protocols";
import { waivers } from "../waivers";

export interface ListenersArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly loadBalancerArn: pulumi.Input<string>;
  /** Security group of the load balancer. */
  readonly securityGroupId: pulumi.Input<string>;
  readonly certificateArn: pulumi.Input<string>;
  readonly enableInsecurePorts: boolean;
  /** Networks that may reach the media ports. */
  readonly allowedCidrs: readonly string[];
  /** Networks that may reach the API. */
  readonly apiAllowedCidrs: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** TLS 1.2 and 1.3. Left out it would be ELBSecurityPolicy-2016-08, with TLS 1.0. */
const sslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/** Name of a public port in resources and outputs: `rtmp`, and `rtmp-plain` for the one without TLS. */
export const publicPortName = (protocol: Protocol, port: PublicPort): string =>
  port === protocol.plain ? `${protocol.key}-plain` : protocol.key;

/**
 * One target group per protocol, one listener per public port, and one rule per listener and network that lets
 * clients in. The secure and the plain listener of a protocol share its group: an ECS service takes five groups.
 */
export class Listeners extends pulumi.ComponentResource {
  /** By protocol key. */
  readonly targetGroupArns: pulumi.Output<Record<string, string>>;
  /** TargetGroup dimension of CloudWatch metrics, by protocol key. */
  readonly targetGroupArnSuffixes: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ListenersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:Listeners", name, {}, opts);

    const groups = new Map(
      protocols.map((protocol) => [protocol, this.createTargetGroup(name, protocol, args)]),
    );
    for (const { protocol, public: port } of publicPorts(args.enableInsecurePorts)) {
      const portName = `${name}-${publicPortName(protocol, port)}`;
      this.createListener(portName, port, groups.get(protocol)?.arn, args);
      this.admitClients(portName, protocol, port, args);
    }

    const byKey = (arnOf: (group: lb.TargetGroup) => pulumi.Output<string>) =>
      pulumi.all(Object.fromEntries([...groups].map(([{ key }, group]) => [key, arnOf(group)])));
    this.targetGroupArns = byKey((group) => group.arn);
    this.targetGroupArnSuffixes = byKey((group) => group.arnSuffix);
    this.registerOutputs({
      targetGroupArns: this.targetGroupArns,
      targetGroupArnSuffixes: this.targetGroupArnSuffixes,
    });
  }

  /** Without a name of its own: a fixed one would make a replacement fail with ResourceInUse. */
  private createTargetGroup(name: string, protocol: Protocol, args: ListenersArgs): lb.TargetGroup {
    return new lb.TargetGroup(
      `${name}-${protocol.key}`,
      {
        vpcId: args.vpcId,
        targetType: "ip",
        port: gatewayPort(protocol),
        protocol: protocol.target,
        // UDP groups preserve the client's address anyway and do not take the attribute.
        ...(protocol.target === "TCP" ? { preserveClientIp: "true" } : {}),
        // The next task starts when the old one has ended: clients cut early are back early.
        deregistrationDelay: 5,
        connectionTermination: true,
        healthCheck: {
          protocol: "HTTP",
          port: String(gatewayHealthPort),
          path: "/health",
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        tags: args.tags,
      },
      { parent: this },
    );
  }

  private createListener(
    name: string,
    port: PublicPort,
    targetGroupArn: pulumi.Input<string> | undefined,
    args: ListenersArgs,
  ): void {
    new lb.Listener(
      name,
      {
        loadBalancerArn: args.loadBalancerArn,
        port: port.port,
        protocol: port.listener,
        ...(port.listener === "TLS" ? { sslPolicy, certificateArn: args.certificateArn } : {}),
        defaultActions: [{ type: "forward", targetGroupArn }],
        tags: args.tags,
      },
      { parent: this },
    );
  }

  private admitClients(
    name: string,
    protocol: Protocol,
    port: PublicPort,
    args: ListenersArgs,
  ): void {
    const cidrs = protocol.key === "api" ? args.apiAllowedCidrs : args.allowedCidrs;
    for (const cidrIpv4 of cidrs) {
      new vpc.SecurityGroupIngressRule(
        `${name}-from-${cidrIpv4.replace("/", "-")}`,
        {
          securityGroupId: args.securityGroupId,
          description: `${port.scheme} from ${cidrIpv4}`,
          ipProtocol: port.listener === "UDP" ? "udp" : "tcp",
          fromPort: port.port,
          toPort: port.port,
          cidrIpv4,
          tags: { ...args.tags, ...(protocol.key === "hls" ? waivers.hlsPort : {}) },
        },
        { parent: this },
      );
    }
  }
}
