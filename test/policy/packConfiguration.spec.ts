import assert from "node:assert/strict";
import { packConfiguration } from "../../policy/packConfiguration";

describe("packConfiguration", () => {
  it("writes the file that --policy-pack-config takes", () => {
    const text = packConfiguration({
      all: "advisory",
      "log-retention": { enforcementLevel: "mandatory", minimumDays: 90 },
    });
    assert.deepEqual(JSON.parse(text), {
      all: "advisory",
      "log-retention": { enforcementLevel: "mandatory", minimumDays: 90 },
    });
  });

  it("does not compile with a rule, level or property that does not exist", () => {
    // @ts-expect-error the rule is called log-retention
    packConfiguration({ "log-retentions": "disabled" });
    // @ts-expect-error there is no such level
    packConfiguration({ "log-retention": "enforced" });
    // @ts-expect-error the property is called minimumDays
    packConfiguration({ "log-retention": { enforcementLevel: "advisory", minimumDay: 1 } });
    // @ts-expect-error without a level the engine takes the rule for advisory
    packConfiguration({ "log-retention": { minimumDays: 1 } });
    const waiver = { resource: "a", reason: "a reason", expires: "2999-12-31" };
    packConfiguration({
      // @ts-expect-error no rule of that name can be waived
      waivers: { enforcementLevel: "advisory", waivers: [{ ...waiver, rule: "log-retentions" }] },
    });
  });
});
