import assert from "node:assert/strict";
import { UsageError } from "../../automation/errors";
import { costRequest } from "../../cli/commands/cost";
import { defaultUsage } from "../../policy/pricing/usage";
import { readCommandLine } from "./commandLine";

const read = (line: string) =>
  costRequest(readCommandLine(["cost", ...line.split(" ")])?.options ?? {});

describe("the options of npm run cost", () => {
  it("assume what docs/COST.md says", () => {
    assert.deepEqual(read("--stack prod"), {
      stacks: ["prod"],
      fromState: false,
      json: false,
      region: undefined,
      traffic: defaultUsage,
    });
  });

  it("take stacks, each once, and numbers", () => {
    const line =
      "--stack dev --stack prod --stack dev --json --region us-east-1 --publishers 1 --viewers 200 --mbps 2.5 --hours-per-day 24 --log-gb 0 --nat-gb 7";
    assert.deepEqual(read(line), {
      stacks: ["dev", "prod"],
      fromState: false,
      json: true,
      region: "us-east-1",
      traffic: {
        publishers: 1,
        viewers: 200,
        megabitsPerSecond: 2.5,
        hoursPerDay: 24,
        logGigabytes: 0,
        natGigabytes: 7,
      },
    });
  });

  it("take any stack from state: its file need not be here", () => {
    assert.deepEqual(read("--stack acme/tak/live --from-state").stacks, ["acme/tak/live"]);
  });

  it("are refused with all that is wrong, naming what is allowed", () => {
    const refused = (line: string, message: RegExp) =>
      assert.throws(
        () => read(line),
        (error) => {
          assert(error instanceof UsageError);
          assert.match(error.message, message);
          return true;
        },
      );
    refused("--json", /^--stack is missing/);
    refused(
      "--stack nope --viewers many --hours-per-day 25",
      /3 faults:\n.*--viewers is "many"; allowed: a number from 0 to 1000000\n.*--hours-per-day is "25"; allowed: a number from 0 to 24\n.*stacks here: dev, prod\n/,
    );
    for (const value of ["1e3", "NaN", "0x10", "Infinity", ""]) {
      refused(`--stack dev --mbps=${value}`, /--mbps (is "|needs a value)/);
    }
    refused("--stack dev --viewer 3", /"--viewer" is not an option; did you mean --viewers\?/);
  });
});
