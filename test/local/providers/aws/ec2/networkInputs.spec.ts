import type { Properties } from "../../../../../local/providers/engine/wire";
import { good } from "../../fixtures";
import { describeInputs, type Refused, without } from "../../inputCases";

const tlsListener = {
  loadBalancerArn: "arn:aws:elasticloadbalancing:x:1:loadbalancer/net/a/1",
  port: 8888,
  protocol: "TLS",
  certificateArn: "arn:aws:acm:x:1:certificate/1",
  sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
  defaultActions: [{ type: "forward", targetGroupArn: "arn" }],
};

const tcpListener = {
  ...without(without(tlsListener, "certificateArn"), "sslPolicy"),
  protocol: "TCP",
};

const http = { protocol: "HTTP", port: "19990" };

/** [health check of a TCP group, beginning of the fault]. */
const healthChecks: [Properties, string][] = [
  ...[4, 301].map((interval): [Properties, string] => [
    { ...http, interval, timeout: 2 },
    "interval: ValidationError",
  ]),
  ...[1, 121].map((timeout): [Properties, string] => [
    { ...http, interval: 200, timeout },
    "timeout: ValidationError",
  ]),
  [{ ...http, healthyThreshold: 11 }, "healthyThreshold: ValidationError"],
  [{ ...http, unhealthyThreshold: 1 }, "unhealthyThreshold: ValidationError"],
  ...["0", "70000", "-1", "http"].map((port): [Properties, string] => [
    { ...http, port },
    "port: ValidationError: Health check port",
  ]),
  [{ ...http, path: "health" }, "path: ValidationError"],
  [{ ...http, path: `/${"a".repeat(1024)}` }, "path: ValidationError"],
];

const udp = (healthCheck: Properties) => ({ ...good.udpGroup, healthCheck });

const rule = { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 1, toPort: 2 };

describeInputs(
  "of networks and load balancers",
  [
    [
      "a load balancer name of 33 letters",
      "loadBalancer",
      { ...good.loadBalancer, name: "a".repeat(33) },
      "name: ValidationError",
    ],
    [
      "a load balancer name that begins with internal-",
      "loadBalancer",
      { ...good.loadBalancer, name: "internal-a" },
      "name: ValidationError",
    ],
    [
      "a load balancer name with a dot",
      "loadBalancer",
      { ...good.loadBalancer, name: "a.b" },
      "name: ValidationError",
    ],
    [
      "a load balancer without subnets",
      "loadBalancer",
      { loadBalancerType: "network" },
      "subnets: ValidationError: A subnet must",
    ],
    [
      "an application load balancer in one subnet",
      "loadBalancer",
      { subnets: ["subnet-1"] },
      "subnets: ValidationError: At least two subnets",
    ],
    [
      "a target group name of 33 letters",
      "targetGroup",
      { ...good.targetGroup, name: "a".repeat(33) },
      "name: ValidationError",
    ],
    [
      "a target group name that ends with a hyphen",
      "targetGroup",
      { ...good.targetGroup, name: "a-" },
      "name: ValidationError",
    ],
    [
      "a target group without VPC",
      "targetGroup",
      without(good.targetGroup, "vpcId"),
      "vpcId: ValidationError",
    ],
    [
      "a UDP health check",
      "targetGroup",
      udp({ protocol: "UDP", port: "19990" }),
      "healthCheck.protocol: InvalidConfigurationRequest",
    ],
    [
      "a UDP group whose health check has no port",
      "targetGroup",
      udp({ protocol: "TCP" }),
      "healthCheck.port: InvalidConfigurationRequest",
    ],
    [
      "a UDP group whose health check is on the traffic port",
      "targetGroup",
      udp({ port: "traffic-port" }),
      "healthCheck.port: InvalidConfigurationRequest",
    ],
    [
      "a UDP group without health check",
      "targetGroup",
      without(good.udpGroup, "healthCheck"),
      "healthCheck.port: InvalidConfigurationRequest",
    ],
    [
      "a UDP group without client addresses",
      "targetGroup",
      { ...good.udpGroup, preserveClientIp: "false" },
      "preserveClientIp: InvalidConfigurationRequest",
    ],
    [
      "a path in a TCP health check",
      "targetGroup",
      { ...good.targetGroup, healthCheck: { protocol: "TCP", path: "/" } },
      "healthCheck.path: InvalidConfigurationRequest",
    ],
    [
      "a health check that times out after its interval",
      "targetGroup",
      { ...good.targetGroup, healthCheck: { interval: 10, timeout: 10 } },
      "healthCheck.timeout: ValidationError",
    ],
    [
      "a health check threshold of one",
      "targetGroup",
      { ...good.targetGroup, healthCheck: { healthyThreshold: 1 } },
      "healthCheck.healthyThreshold: ValidationError",
    ],
    [
      "a TLS listener without certificate",
      "listener",
      without(tlsListener, "certificateArn"),
      "certificateArn: ValidationError: A certificate must",
    ],
    [
      "an unknown TLS policy",
      "listener",
      { ...tlsListener, sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2022-06" },
      "sslPolicy: SSLPolicyNotFound",
    ],
    [
      "a certificate on a TCP listener",
      "listener",
      { ...without(tlsListener, "sslPolicy"), protocol: "TCP" },
      "certificateArn: InvalidConfigurationRequest",
    ],
    [
      "a TLS policy on a UDP listener",
      "listener",
      { ...without(tlsListener, "certificateArn"), protocol: "UDP" },
      "sslPolicy: InvalidConfigurationRequest",
    ],
    [
      "ALPN on a UDP listener",
      "listener",
      {
        ...without(without(tlsListener, "certificateArn"), "sslPolicy"),
        protocol: "UDP",
        alpnPolicy: "None",
      },
      "alpnPolicy: ALPNPolicyNotSupported",
    ],
    [
      "an idle timeout on a TLS listener",
      "listener",
      { ...tlsListener, tcpIdleTimeoutSeconds: 600 },
      "tcpIdleTimeoutSeconds: InvalidConfigurationRequest",
    ],
    [
      "a listener without action",
      "listener",
      { ...tlsListener, defaultActions: [] },
      "defaultActions: ValidationError",
    ],
    ...[-1, 0, 65536, 70000].map(
      (port): Refused => [
        `a listener on port ${port}`,
        "listener",
        { ...tlsListener, port },
        "port: ValidationError",
      ],
    ),
    ...[-1, 0, 70000].map(
      (port): Refused => [
        `a target group on port ${port}`,
        "targetGroup",
        { ...good.targetGroup, port },
        "port: ValidationError",
      ],
    ),
    ...healthChecks.map(
      ([healthCheck, error]): Refused => [
        `a health check with ${JSON.stringify(healthCheck).slice(0, 60)}`,
        "targetGroup",
        { ...good.targetGroup, healthCheck },
        `healthCheck.${error}`,
      ],
    ),
    ...[-1, 3601].map(
      (deregistrationDelay): Refused => [
        `targets that leave after ${deregistrationDelay} s`,
        "targetGroup",
        { ...good.targetGroup, deregistrationDelay },
        "deregistrationDelay: ValidationError",
      ],
    ),
    ...[59, 6001].map(
      (tcpIdleTimeoutSeconds): Refused => [
        `an idle timeout of ${tcpIdleTimeoutSeconds} s`,
        "listener",
        { ...tcpListener, tcpIdleTimeoutSeconds },
        "tcpIdleTimeoutSeconds: ValidationError",
      ],
    ),
    [
      "a listener of no protocol that there is",
      "listener",
      { ...tcpListener, protocol: "SCTP" },
      "protocol: ValidationError",
    ],
    [
      "a TLS policy without a value",
      "listener",
      { ...tlsListener, sslPolicy: "" },
      "sslPolicy: SSLPolicyNotFound",
    ],
    ...["0.0.0.0/16", "127.0.0.0/16", "169.254.0.0/16", "224.0.0.0/16"].map(
      (cidrBlock): [string, "vpc", { cidrBlock: string }, string] => [
        `a VPC of ${cidrBlock}`,
        "vpc",
        { cidrBlock },
        "cidrBlock: InvalidVpc.Range",
      ],
    ),
    ["a VPC of /29", "vpc", { cidrBlock: "10.0.0.0/29" }, "cidrBlock: InvalidVpc.Range"],
    ["a VPC of /15", "vpc", { cidrBlock: "10.0.0.0/15" }, "cidrBlock: InvalidVpc.Range"],
    [
      "a VPC range with host bits",
      "vpc",
      { cidrBlock: "10.0.1.0/16" },
      "cidrBlock: InvalidVpc.Range",
    ],
    [
      "a rule without ports",
      "ingress",
      { securityGroupId: "sg-1", ipProtocol: "tcp", cidrIpv4: "0.0.0.0/0" },
      "ipProtocol: InvalidParameterValue: set",
    ],
    [
      "a rule whose ports are swapped",
      "ingress",
      { ...rule, fromPort: 3, cidrIpv4: "0.0.0.0/0" },
      "ipProtocol: InvalidParameterValue: invalid TCP/UDP port range",
    ],
    ["a rule without source", "egress", rule, "cidrIpv4: InvalidParameterCombination"],
    [
      "a rule with two sources",
      "egress",
      { ...rule, cidrIpv4: "0.0.0.0/0", prefixListId: "pl-1" },
      "cidrIpv4: InvalidParameterCombination",
    ],
    ...(
      [
        [-1, 1],
        [1, 65536],
        [70000, 70000],
      ] as const
    ).map(
      ([fromPort, toPort]): Refused => [
        `a rule for ports ${fromPort} to ${toPort}`,
        "egress",
        { ...rule, fromPort, toPort, cidrIpv4: "0.0.0.0/0" },
        "ipProtocol: InvalidParameterValue: invalid TCP/UDP port range",
      ],
    ),
    ...["10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "::/0"].map(
      (cidrIpv4): Refused => [
        `a rule for ${cidrIpv4}`,
        "ingress",
        { ...rule, cidrIpv4 },
        "cidrIpv4: InvalidParameterValue: CIDR block",
      ],
    ),
    [
      "a rule whose description has an apostrophe",
      "ingress",
      { ...rule, cidrIpv4: "0.0.0.0/0", description: "CloudTAK's" },
      "description: InvalidParameterValue",
    ],
    [
      "a rule for no protocol",
      "ingress",
      { ...rule, ipProtocol: "tls", cidrIpv4: "0.0.0.0/0" },
      "ipProtocol: InvalidParameterValue: invalid value 'tls'",
    ],
    [
      "a security group named like an id",
      "securityGroup",
      { name: "sg-1" },
      "name: InvalidParameterValue",
    ],
    [
      "an inline rule whose ports are swapped",
      "securityGroup",
      { ingress: [{ protocol: "tcp", fromPort: 2, toPort: 1 }] },
      "ingress[0]: InvalidParameterValue",
    ],
    [
      "a route without target",
      "route",
      { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
      "gatewayId: InvalidParameterCombination",
    ],
    [
      "a flow log to CloudWatch without role",
      "flowLog",
      { vpcId: "vpc-1", trafficType: "ALL", logDestination: "arn" },
      "iamRoleArn: MissingParameter",
    ],
    [
      "a record without TTL",
      "record",
      { zoneId: "Z", name: "a", type: "CNAME", records: ["b"] },
      "ttl: InvalidInput",
    ],
  ],
  [
    ["a UDP group with a health port", "targetGroup", good.udpGroup],
    ["a TLS listener with everything", "listener", tlsListener],
    [
      "a target group name of 32 letters",
      "targetGroup",
      { ...good.targetGroup, name: "a".repeat(32) },
    ],
    [
      "a rule for all protocols without ports",
      "egress",
      { securityGroupId: "sg-1", ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
    ],
  ],
);
