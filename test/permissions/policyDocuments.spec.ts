import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentedPolicies } from "../../automation/permissions/documented";
import type { Permission } from "../../automation/permissions/permissions";
import { maxPolicyCharacters, policyDocuments } from "../../automation/permissions/policyDocument";

interface Statement {
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

const statementsOf = (documents: readonly string[]): Statement[] =>
  documents.flatMap((document) => JSON.parse(document).Statement);

const permission = (actions: number, resource: string): Permission => ({
  actions: Array.from({ length: actions }, (_, index) => `ec2:Action${index}`),
  resources: [resource],
});

describe("the deployer's policies", () => {
  it("stand in docs/ as the command writes them", () => {
    const folder = join(__dirname, "../../docs/deployer-policy");
    const documented = documentedPolicies();
    assert.deepEqual(readdirSync(folder).sort(), [...documented.keys()].sort());
    for (const [name, text] of documented) {
      assert.equal(
        readFileSync(join(folder, name), "utf8"),
        text,
        `${name} is stale: npm run deployer:policy -- --docs`,
      );
    }
  });

  it("are no longer than IAM allows, and as few as can be", () => {
    const documents = policyDocuments([100, 200, 60, 200].map((count) => permission(count, "*")));
    const sizes = documents.map((document) => JSON.stringify(JSON.parse(document)).length);
    assert.ok(sizes.every((size) => size <= maxPolicyCharacters));
    assert.equal(documents.length, 2);
    assert.equal(statementsOf(documents).length, 4);
    assert.throws(() => policyDocuments([permission(1000, "arn:x")]), /for arn:x alone is longer/);
    for (const document of documentedPolicies().values()) {
      assert.ok(JSON.stringify(JSON.parse(document)).length <= maxPolicyCharacters);
    }
  });

  it("hand only the stack's roles over, each to the one service that needs it", () => {
    const passed = statementsOf([...documentedPolicies().values()])
      .filter(({ Action }) => Action.includes("iam:PassRole"))
      .map(({ Action, Resource, Condition }) => {
        assert.deepEqual(Action, ["iam:PassRole"]);
        return [Resource, Condition?.StringEquals?.["iam:PassedToService"]];
      });
    const role = (name: string) => [`arn:aws:iam::123456789012:role/TAK-Prod-MediaInfra/${name}-*`];
    assert.deepEqual(passed, [
      [role("network-flow-log-role"), "vpc-flow-logs.amazonaws.com"],
      [role("media-task-execution-role"), "ecs-tasks.amazonaws.com"],
      [role("media-task-role"), "ecs-tasks.amazonaws.com"],
      [role("auth-role"), "lambda.amazonaws.com"],
    ]);
  });

  it("change records of the stack's name only, of the types that the program makes", () => {
    const [records] = statementsOf([...documentedPolicies().values()]).filter(({ Action }) =>
      Action.includes("route53:ChangeResourceRecordSets"),
    );
    assert.deepEqual(records?.Condition, {
      "ForAllValues:StringLike": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
          "media.example.org",
          "*.media.example.org",
        ],
        "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME"],
      },
    });
  });
});
