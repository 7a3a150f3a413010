import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { doctorChecks } from "../automation/doctor/doctor";
import { keys } from "../config/keys";
import { scripts } from "../package.json";

const guide = readFileSync(join(__dirname, "../docs/DEPLOYMENT_GUIDE.md"), "utf8");

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

  it("has the checks of the README's commands in its steps", () => {
    assert.match(guide, /npm run doctor -- --stack prod/);
    assert.match(guide, /npm run smoke -- --stack prod --credentials smoke\.txt/);
  });
});
