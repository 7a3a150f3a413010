import { parseIpv4Network } from "../../../../shared/networks";
import type { Inventory, Item } from "../../../account/accountStore";
import type { Account } from "../../engine/account";
import { AwsError } from "../../engine/awsError";
import {
  type CheckFailure,
  failuresIn,
  failWhen,
  notExactlyOne,
  notMatching,
} from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceType, ResourceTypes } from "../../engine/resourceType";
import { names } from "../names";
import { prefixListType } from "./prefixLists";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

/** Source or destination of a rule; exactly one must be set. */
const sources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
const protocols = /^(-1|all|tcp|udp|icmp|icmpv6|\d{1,3})$/;

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const maxRulesPerDirection = 60;

const descriptionPattern = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/;
const descriptionAllowed = "up to 255 of a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*";

/** Ports must be ordered and in range; protocol -1 means all protocols and takes no ports. */
const portFailures = (
  rule: Inputs,
  property: string,
  protocol: string | undefined,
): CheckFailure[] => {
  const [from, to] = [rule.number("fromPort"), rule.number("toPort")];
  const isPort = (port: number | undefined) => port === undefined || (port >= 0 && port <= 65535);
  const byPort = protocol === "tcp" || protocol === "udp" || protocol === "6" || protocol === "17";
  return failuresIn(
    failWhen(
      protocol !== undefined && !protocols.test(protocol),
      property,
      "InvalidParameterValue",
      `invalid value '${protocol}' for IP protocol; allowed: -1, tcp, udp, icmp, icmpv6, a number`,
    ),
    failWhen(
      byPort && (!rule.has("fromPort") || !rule.has("toPort")),
      property,
      "InvalidParameterValue",
      `set "fromPort" and "toPort" for protocol ${protocol}`,
    ),
    failWhen(
      byPort &&
        (!isPort(from) || !isPort(to) || (from !== undefined && to !== undefined && from > to)),
      property,
      "InvalidParameterValue",
      `invalid TCP/UDP port range (${from}-${to}); allowed: 0 to 65535, from <= to`,
    ),
  );
};

const inlineFailures = (inputs: Inputs): CheckFailure[] =>
  ["ingress", "egress"].flatMap((direction) =>
    inputs
      .objects(direction)
      .flatMap((rule, index) =>
        portFailures(rule, `${direction}[${index}]`, rule.text("protocol")?.toLowerCase()),
      ),
  );

function groupIdentity(account: Account, id: string) {
  return {
    id,
    arn: `arn:aws:ec2:${account.region}:${account.id}:security-group/${id}`,
    ownerId: account.id,
    ingress: [],
    egress: [],
  };
}

/** Everything that uses the group, other than its own rules. */
function usersOf(id: string, inventory: Inventory): Item[] {
  const lists = (path: (item: Inputs) => string[]) => (item: Item, view: Inputs) =>
    path(view).includes(id) && item.id !== id;
  const uses: [string, (item: Item, view: Inputs) => boolean][] = [
    ["aws:lb/loadBalancer:LoadBalancer", lists((lb) => lb.texts("securityGroups"))],
    [
      "aws:ecs/service:Service",
      lists((service) => service.object("networkConfiguration").texts("securityGroups")),
    ],
    [
      "aws:lambda/function:Function",
      lists((fn) => fn.object("vpcConfig").texts("securityGroupIds")),
    ],
    ...[ingressType, egressType].map((type): [string, (item: Item, view: Inputs) => boolean] => [
      type,
      (_item, rule) =>
        rule.text("referencedSecurityGroupId") === id && rule.text("securityGroupId") !== id,
    ]),
  ];
  return uses.flatMap(([type, matches]) => {
    const found = inventory.find(type, (view, item) => matches(item, view));
    return found ? [found] : [];
  });
}

const rule = (type: typeof ingressType | typeof egressType): ResourceType => ({
  inputs: inputNames[type],
  replaceOnChanges: "securityGroupId",
  // Only the value of a rule's source can be modified, not its kind.
  replaces: (olds, news) => sources.filter((name) => olds.has(name) !== news.has(name)),
  checkFailures: (inputs) => {
    const cidr = inputs.text("cidrIpv4");
    return [
      ...portFailures(inputs, "ipProtocol", inputs.text("ipProtocol")),
      ...failuresIn(
        notExactlyOne(inputs, "cidrIpv4", "InvalidParameterCombination", sources),
        failWhen(
          cidr !== undefined && !parseIpv4Network(cidr),
          "cidrIpv4",
          "InvalidParameterValue",
          `CIDR block ${cidr} is malformed; allowed: IPv4 with zero host bits`,
        ),
        notMatching(
          inputs,
          "description",
          "InvalidParameterValue",
          descriptionPattern,
          descriptionAllowed,
        ),
      ),
    ];
  },
  initialOutputs: (_inputs, account) => {
    const id = `sgr-${account.hex(17)}`;
    return {
      id,
      arn: `arn:aws:ec2:${account.region}:${account.id}:security-group-rule/${id}`,
      securityGroupRuleId: id,
    };
  },
  validate: (inputs, inventory, self) => {
    const groupId = inputs.text("securityGroupId");
    if (!inventory.byId(groupType, groupId)) {
      throw new AwsError("InvalidGroup.NotFound", `The security group '${groupId}' does not exist`);
    }
    const others = inventory
      .of(type)
      .filter((item) => item.id !== self?.id && item.properties.securityGroupId === groupId);
    const same = others.find(({ properties }) =>
      ["ipProtocol", "fromPort", "toPort", ...sources].every(
        (name) => String(properties[name] ?? "") === String(inputs.value(name) ?? ""),
      ),
    );
    if (same) {
      throw new AwsError(
        "InvalidPermission.Duplicate",
        `the specified rule already exists in ${groupId} as ${same.id}`,
      );
    }
    const list = inputs.text("prefixListId");
    if (list !== undefined && !inventory.byId(prefixListType, list)) {
      throw new AwsError(
        "InvalidPrefixListID.NotFound",
        `The prefix list '${list}' does not exist`,
      );
    }
    // A rule with a prefix list counts as the list's maximum number of entries.
    const weight = (id: unknown) => {
      const found = inventory.byId(prefixListType, typeof id === "string" ? id : undefined);
      return Number(found?.properties.maxEntries ?? 1);
    };
    const taken = others.reduce((sum, { properties }) => sum + weight(properties.prefixListId), 0);
    if (taken + weight(list) > maxRulesPerDirection) {
      throw new AwsError(
        "RulesPerSecurityGroupLimitExceeded",
        `${groupId} has rules that count ${taken}, this one counts ${weight(list)}; the most is ${maxRulesPerDirection}`,
      );
    }
  },
});

/** Security groups and their rules. */
export const securityGroups: ResourceTypes = {
  [groupType]: {
    inputs: inputNames[groupType],
    replaceOnChanges: "name namePrefix description vpcId",
    defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
    naming: names.securityGroup,
    checkFailures: (inputs) => [
      ...inlineFailures(inputs),
      ...failuresIn(
        notMatching(
          inputs,
          "description",
          "InvalidParameterValue",
          descriptionPattern,
          descriptionAllowed,
        ),
      ),
    ],
    initialOutputs: (_inputs, account) => groupIdentity(account, `sg-${account.hex(17)}`),
    validate: (inputs, inventory, self) => {
      const same = inventory.find(
        groupType,
        (group, item) =>
          item.id !== self?.id &&
          group.text("name") === inputs.text("name") &&
          group.text("vpcId") === inputs.text("vpcId"),
      );
      if (same) {
        throw new AwsError(
          "InvalidGroup.Duplicate",
          `The security group '${inputs.text("name")}' already exists for VPC '${inputs.text("vpcId")}'`,
        );
      }
    },
    validateDelete: ({ id }, inventory) => {
      const users = usersOf(id, inventory);
      if (users.length > 0) {
        throw new AwsError(
          "DependencyViolation",
          `resource ${id} has a dependent object: ${users.map((user) => user.id).join(", ")}`,
        );
      }
    },
  },

  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    inputs: inputNames["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
    replaceOnChanges: "vpcId",
    checkFailures: inlineFailures,
    // Adopts the default group of the VPC and removes all its rules.
    initialOutputs: (inputs, account, inventory) => {
      const vpc = inventory.byId("aws:ec2/vpc:Vpc", inputs.text("vpcId"));
      const id = vpc?.properties.defaultSecurityGroupId;
      return {
        ...groupIdentity(account, typeof id === "string" ? id : `sg-${account.hex(17)}`),
        description: "default VPC security group",
        name: "default",
      };
    },
  },

  [ingressType]: rule(ingressType),
  [egressType]: rule(egressType),
};
