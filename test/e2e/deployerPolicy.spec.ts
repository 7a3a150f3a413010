/** A deployment by somebody who may do only what `npm run deployer:policy` allows. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { boundaryOf } from "../../automation/permissions/boundary";
import { fullConfig } from "../../automation/permissions/documented";
import { permissionsOf, rows } from "../../automation/permissions/permissions";
import { policyDocuments } from "../../automation/permissions/policyDocument";
import { parseConfig, type Settings } from "../../config";
import { checkout } from "../../local/cloud/paths";
import { plan } from "../../local/runtime/plan/plan";
import { withExisting } from "../../local/runtime/state";
import * as samples from "../config/samples";
import { EmptyCloud } from "./emptyCloud";

const region = "ap-southeast-2";
const place = { account: "123456789012", region, partition: "aws" };

const statementsFor = (settings: Settings): object[] =>
  policyDocuments(permissionsOf(settings, place)).flatMap(
    (document) => JSON.parse(document).Statement,
  );

/** What the roles of what was made lack within a boundary. */
const lackingWithin = (cloud: EmptyCloud, policies: Readonly<Record<string, unknown>>) =>
  plan(withExisting([], cloud.account()), { checkout, policies }).problems.filter((problem) =>
    /permissions boundary|role \S+ lacks/.test(problem),
  );

describe("a deployer with the least policy", function () {
  this.timeout(400_000);
  const variants: Record<string, Readonly<Record<string, string>>> = {
    full: fullConfig,
    given: {
      ...samples.dev,
      ...samples.existingVpc,
      publicSubnetIds:
        '["subnet-0123456789abcdef0","subnet-0123456789abcdef1","subnet-0123456789abcdef2"]',
      privateSubnetIds: '["subnet-0123456789abcdef3"]',
      certificateArn: samples.certificateArn,
      clusterArn: samples.clusterArn,
      kmsKeyArn: samples.kmsKeyArn,
      gatewayImage: "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/gateway:1.0.0",
      mediamtxImage: `123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/mediamtx@sha256:${"0".repeat(64)}`,
      permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    },
  };
  for (const [stack, config] of Object.entries(variants)) {
    it(`deploys, changes and deletes the stack "${stack}", and each type has its row`, async () => {
      const cloud = new EmptyCloud(`deployer-policy-${stack}`);
      const settings = parseConfig(config, stack, new Set(), { region });
      const boundary = settings.permissionsBoundaryArn ?? "";
      const policies = { [boundary]: JSON.parse(boundaryOf(settings, place)) };
      const allow = (statements: readonly object[]) =>
        writeFileSync(
          join(cloud.paths.root, "account.yaml"),
          stringify({ policies, operatorPolicy: { Statement: statements } }),
        );
      try {
        const statements = statementsFor(settings);
        await cloud.init(stack, { "aws:region": region, ...config });

        allow([...statements, { Effect: "Deny", Action: "lambda:CreateFunction", Resource: "*" }]);
        const denied = await cloud.pulumi(`up --yes --skip-preview --stack ${stack}`);
        assert.notEqual(denied.code, 0);
        assert.match(
          denied.stdout,
          /AccessDeniedException: User: arn:aws:iam::123456789012:user\/local is not authorized to perform: lambda:CreateFunction on resource: arn:aws:lambda:[\w:-]+-Auth with an explicit deny/,
        );

        allow(statements);
        await cloud.pulumiOrFail(`up --yes --skip-preview --stack ${stack}`);
        const made = new Set(cloud.account().map(({ type }) => type));
        const needed = Object.entries(rows)
          .filter(([token]) => /^aws:\w+\/\w+:[A-Z]/.test(token))
          .filter(([, { neededFor = () => true }]) => neededFor(settings))
          .map(([token]) => token);
        assert.deepEqual([...made].filter((type) => type.startsWith("aws:")).sort(), needed.sort());

        assert.deepEqual(lackingWithin(cloud, policies), []);
        assert.notDeepEqual(lackingWithin(cloud, { [boundary]: { Statement: [] } }), []);

        await cloud.pulumiOrFail(`config set --stack ${stack} tags {"Owner":"someone"}`);
        await cloud.pulumiOrFail(`up --yes --skip-preview --refresh --stack ${stack}`);
        await cloud.pulumiOrFail(`destroy --yes --skip-preview --stack ${stack}`);
        assert.deepEqual(
          cloud.account().filter(({ type }) => type.startsWith("aws:")),
          [],
        );
      } finally {
        cloud.remove();
      }
    });
  }
});
