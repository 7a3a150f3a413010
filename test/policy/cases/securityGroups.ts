import { type CaseTable, inStack, on, type Resource, resource, unknown } from "./case";

const group = "aws:ec2/securityGroup:SecurityGroup";
const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const oldRule = "aws:ec2/securityGroupRule:SecurityGroupRule";
const newRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const newEgress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const described = { description: "for the media clients" };

const world = { cidrBlocks: ["0.0.0.0/0"] };
const office = { cidrBlocks: ["203.0.113.0/24"] };
const ports = (from: unknown, to = from, protocol: unknown = "tcp") => ({
  fromPort: from,
  toPort: to,
  protocol,
});
const open = (from: unknown, to = from, protocol: unknown = "tcp") => ({
  ...ports(from, to, protocol),
  ...world,
});
const ingress = (...rules: object[]) => ({ ingress: rules });
const inNew = (from: unknown, cidr: object, ipProtocol: unknown = "tcp") => ({
  fromPort: from,
  toPort: from,
  ipProtocol,
  ...cidr,
});

const adminPort = (port: number) =>
  on(
    group,
    {},
    {
      good: [{}, ingress({ ...ports(port), ...office }), ingress(open(443))],
      bad: [
        ingress(open(port)),
        [oldRule, { type: "ingress", ...open(port) }],
        [newRule, inNew(port, { cidrIpv4: "0.0.0.0/0" })],
        [defaultGroup, ingress(open(port))],
        [newRule, inNew(port, { cidrIpv6: "::/0" })],
        ingress({ ...ports(port), ipv6CidrBlocks: ["::/0"] }),
      ],
      nearGood: [
        ingress(open(port + 1), open(port - 1)),
        ingress(open(port, port, "udp")),
        ingress({ ...ports(port), cidrBlocks: ["10.0.0.0/8"] }),
        ingress({ ...ports(port), ipv6CidrBlocks: ["2001:db8::/32"] }),
        ingress({ ...ports(port), prefixListIds: ["pl-1"] }),
        ingress({ ...ports(port), securityGroups: ["sg-1"] }),
        { egress: [open(port)] },
        [oldRule, { type: "egress", ...open(port) }],
        ingress({ ...ports(port), cidrBlocks: ["0.0.0.0"] }),
      ],
      nearBad: [
        ingress(open(port - 1, port)),
        ingress(open(port, port + 1)),
        ingress(open(0, 0, "-1")),
        ingress(open(String(port), String(port), "6")),
        ingress(open(0, null, "TCP")),
        ingress(open(port, port, "06")),
        ingress(open(port, port, "+6")),
        ingress(open(port, port, "no-such-protocol")),
        ingress(open(0, 0, "-01")),
        ingress({ ...ports(port), cidrBlocks: ["10.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1"] }),
        ingress({ ...ports(port), cidrBlocks: ["0.0.0.0/7"] }),
        ingress({ ...ports(port), ipv6CidrBlocks: ["2000::/3"] }),
        [newRule, inNew(-1, { cidrIpv4: "0.0.0.0/0" }, "all")],
        [oldRule, { type: "ingress", ...open(0, 0, "all") }],
      ],
      unknown: [
        ingress(open(unknown.number)),
        ingress(open(port, port, unknown.string)),
        ingress({ ...ports(port), cidrBlocks: [unknown.string] }),
        ingress({ ...ports(port), cidrBlocks: unknown.array }),
        { ingress: unknown.array },
        [oldRule, { type: unknown.string, ...open(port) }],
        [newRule, inNew(port, { cidrIpv4: unknown.string })],
      ],
    },
  );

const aclRule = "aws:ec2/networkAclRule:NetworkAclRule";
const aclEntry = { ruleNumber: 1, ruleAction: "allow", cidrBlock: "0.0.0.0/0", protocol: "tcp" };
const inline = (entry: object) => ({
  ingress: [
    { action: "allow", cidrBlock: "0.0.0.0/0", protocol: "6", fromPort: 22, toPort: 22, ...entry },
  ],
});

/** A group that the internet reaches on 443, and what else is in the stack. */
const balancer = resource("lb", group, { name: "sg-lb", ...ingress(open(443)) });
const stackWith = (...others: Resource[]) => [balancer, ...others];
const task = (rule: object) => resource("task", group, { name: "sg-task", ...ingress(rule) });
const fromBalancer = (from: number, to = from, protocol = "tcp") => ({
  ...ports(from, to, protocol),
  securityGroups: ["sg-lb"],
});
const referencing = (from: number) =>
  resource(
    "ssh",
    newRule,
    inNew(from, { securityGroupId: unknown.string, referencedSecurityGroupId: unknown.string }),
    { securityGroupId: ["task"], referencedSecurityGroupId: ["lb"] },
  );

const service = (securityGroups: unknown[], dependsOn: string[] = []) =>
  resource(
    "service",
    "aws:ecs/service:Service",
    { networkConfiguration: { securityGroups } },
    { networkConfiguration: dependsOn },
  );
const added = (source: object) =>
  resource("added", newRule, inNew(11935, { securityGroupId: "sg-task", ...source }), {
    securityGroupId: ["task"],
  });
const ownOnly = resource("own", group, ingress({ ...ports(1), self: true }));
const plainTask = resource("task", group, { id: "sg-task" });

export const securityGroups: CaseTable = {
  "ssh-from-world": adminPort(22),
  "rdp-from-world": adminPort(3389),
  "public-ports": on(
    group,
    {},
    {
      good: [
        ingress(open(1936), open(8555), open(8888), open(9997), open(8890, 8890, "udp")),
        ingress({ ...ports(5000), ...office }),
      ],
      bad: [ingress(open(443)), [newRule, inNew(1935, { cidrIpv4: "0.0.0.0/0" })]],
      nearGood: [
        ingress({ ...ports(0, 0, "-1"), ...office }),
        ingress(open(8, 0, "icmp")),
        ingress(open("1936", "1936", "6")),
      ],
      nearBad: [
        ingress(open(1936, 1937)),
        ingress(open(1935, 1936)),
        ingress(open(8888, 8888, "udp")),
        ingress(open(8890)),
        ingress(open(8890, 8891, "17")),
        ingress(open(0, 0, "-1")),
        ingress(open(null, null)),
        [oldRule, { type: "ingress", ...open(80) }],
      ],
      unknown: [ingress(open(unknown.number)), { ingress: unknown.array }],
    },
  ),
  "public-high-risk-ports": on(
    group,
    {},
    {
      good: [ingress(open(1936), open(443)), ingress({ ...ports(8888), ...office })],
      bad: [
        ingress(open(8888)),
        ingress(open(8080)),
        [newRule, inNew(9200, { cidrIpv4: "0.0.0.0/0" })],
      ],
      nearGood: [
        ingress(open(8889, 9199)),
        ingress(open(26, 109)),
        ingress(open(9301, 65535)),
        ingress(open(8888, 8888, "icmp")),
      ],
      nearBad: [
        ingress(open(8889, 9200)),
        ingress(open(8888, 8888, "udp")),
        ingress(open(9300, 65535)),
        ingress(open(0, 20)),
        ingress(open(0, 0, "-1")),
      ],
      unknown: [
        ingress(open(unknown.number)),
        ingress({ ...ports(8888), cidrBlocks: unknown.array }),
      ],
    },
  ),
  "all-ports-from-world": on(
    group,
    {},
    {
      good: [ingress(open(443)), ingress({ ...ports(0, 0, "-1"), ...office })],
      bad: [
        ingress(open(0, 0, "-1")),
        ingress(open(0, 65535)),
        [newRule, inNew(-1, { cidrIpv6: "::/0" }, "-1")],
      ],
      nearGood: [ingress(open(1, 65534)), ingress(open(2, 65535)), ingress(open(0, 65535, "icmp"))],
      nearBad: [ingress(open(1, 65535, "udp")), ingress(open(null, null, "tcp"))],
      unknown: [ingress(open(0, 0, unknown.string)), ingress(open(0, unknown.number))],
    },
  ),
  "prefix-list-world": on(
    "aws:ec2/managedPrefixList:ManagedPrefixList",
    {},
    {
      good: [{ entries: [{ cidr: "203.0.113.0/24" }] }, {}],
      bad: [
        { entries: [{ cidr: "203.0.113.0/24" }, { cidr: "0.0.0.0/0" }] },
        ["aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", { cidr: "::/0" }],
      ],
      nearGood: [{ entries: [{ cidr: "10.0.0.0/8" }] }],
      nearBad: [{ entries: [{ cidr: "0.0.0.0/1" }] }],
      unknown: [{ entries: unknown.array }, { entries: [{ cidr: unknown.string }] }],
    },
  ),
  "all-egress-to-world": on(
    group,
    {},
    {
      good: [{ egress: [open(443)] }, { egress: [] }],
      bad: [
        { egress: [open(0, 0, "-1")] },
        [newEgress, inNew(-1, { cidrIpv4: "0.0.0.0/0" }, "-1")],
      ],
      nearGood: [
        { egress: [{ ...ports(0, 0, "-1"), cidrBlocks: ["10.0.0.0/8"] }] },
        { egress: [open(0, 65535)] },
        ingress(open(0, 0, "-1")),
      ],
      nearBad: [[oldRule, { type: "egress", ...open(0, 0, "all") }]],
      unknown: [{ egress: unknown.array }],
    },
  ),
  "security-group-descriptions": on(group, described, {
    good: [
      {},
      ingress({ ...open(443), ...described }),
      [newRule, { ...inNew(1, {}), ...described }],
    ],
    bad: [{ description: "Managed by Pulumi" }, ingress(open(443)), [newRule, inNew(1, {})]],
    nearGood: [[defaultGroup, {}]],
    nearBad: [
      { description: "" },
      [newEgress, inNew(1, {})],
      { egress: [open(443)] },
      [oldRule, { type: "egress", ...open(443), description: "Managed by Pulumi" }],
    ],
    unknown: [{ description: unknown.string }],
  }),
  "network-acl-admin-ports": on(aclRule, aclEntry, {
    good: [
      ports(443),
      { ...ports(22), cidrBlock: "10.0.0.0/8" },
      { ...ports(22), ruleAction: "deny" },
    ].map((entry) => ({ ...entry })),
    bad: [
      ports(22),
      ["aws:ec2/networkAcl:NetworkAcl", inline({})],
      ["aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", inline({})],
    ],
    nearGood: [
      { ...ports(22), egress: true },
      ports(23, 3388),
      ports(22, 22, "udp"),
      ["aws:ec2/networkAcl:NetworkAcl", inline({ action: "deny" })],
    ],
    nearBad: [
      ports(3389),
      ports(0, 0, "-1"),
      { ...ports(22), cidrBlock: undefined, ipv6CidrBlock: "::/0" },
      { ...ports(22), ruleAction: "ALLOW" },
    ],
    unknown: [
      { ...ports(22), cidrBlock: unknown.string },
      { ...ports(22), ruleAction: unknown.string },
    ],
  }),
  "admin-ports-behind-open-group": inStack({
    good: [
      stackWith(task(fromBalancer(11935))),
      stackWith(task({ ...ports(22), securityGroups: ["sg-other"] })),
    ],
    bad: [stackWith(task(fromBalancer(22))), stackWith(plainTask, referencing(22))],
    nearGood: [
      stackWith(plainTask, referencing(23)),
      [
        resource("lb", group, { id: "sg-lb", ...ingress({ ...ports(443), ...office }) }),
        task(fromBalancer(22)),
      ],
      [resource("own", group, ingress({ ...ports(22), self: true }))],
      [resource("own", group, ingress(open(443), { ...ports(22), self: false }))],
    ],
    nearBad: [
      stackWith(task(fromBalancer(20, 22))),
      stackWith(
        resource("task", group, ingress({ ...ports(22), securityGroups: [unknown.string] }), {
          ingress: ["lb"],
        }),
      ),
      stackWith(task(fromBalancer(3389))),
      stackWith(task(fromBalancer(0, 0, "-1"))),
      [resource("own", group, ingress(open(443), { ...ports(22), self: true }))],
    ],
    unknown: [
      stackWith(resource("task", group, { ingress: unknown.array })),
      [resource("own", group, ingress(open(443), { ...ports(22), self: unknown.string }))],
      [
        resource("lb", group, {
          name: "sg-lb",
          ...ingress({ ...ports(443), cidrBlocks: [unknown.string] }),
        }),
        task(fromBalancer(22)),
      ],
      [plainTask, { ...referencing(22), dependsOn: { referencedSecurityGroupId: ["lb"] } }],
    ],
  }),
  "task-behind-load-balancer": inStack({
    good: [
      [task(fromBalancer(11935)), service(["sg-task"])],
      [plainTask, added({ referencedSecurityGroupId: "sg-lb" }), service(["sg-task"])],
    ],
    bad: [
      [task({ ...ports(11935), ...world }), service(["sg-task"])],
      [service([])],
      [plainTask, added({ cidrIpv4: "10.0.0.0/8" }), service([unknown.string], ["task"])],
    ],
    nearGood: [
      [task({ ...ports(11935), ...world }), service(["sg-other"])],
      [resource("service", "aws:ecs/service:Service", {})],
      [task({ ...ports(11935), ...world }), ownOnly, service([unknown.string], ["own"])],
    ],
    nearBad: [
      [
        task({ ...ports(11935), ...world }),
        service(["sg-task"]),
        resource("other", "aws:ecs/service:Service", {}),
      ],
      [plainTask, added({ prefixListId: "pl-1" }), service(["sg-task"])],
      [
        task({ ...ports(11935), ipv6CidrBlocks: ["2001:db8::/32"] }),
        service(["sg-other", "sg-task"]),
      ],
      [plainTask, added({ cidrIpv4: unknown.string }), service(["sg-task"])],
    ],
    unknown: [[task({ ...ports(11935), ...world }), service([unknown.string])]],
  }),
};
