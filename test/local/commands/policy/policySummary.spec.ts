import assert from "node:assert/strict";
import { policySummary } from "../../../../local/commands/policy/policySummary";

const event = (policyName: string, enforcementLevel: string, message: string) => ({
  policyName,
  enforcementLevel,
  severity: "high",
  resourceUrn: "urn:pulumi:prod::p::aws:lb/listener:Listener::rtmp",
  message: `Requires something.\n${message}`,
});

describe("the summary of the policy gate", () => {
  it("shows violations, waivers and advice, and names what was not evaluated", () => {
    const events = [
      event("insecure-ports", "mandatory", "opens TCP port 1935 | in\nplaintext"),
      event("waivers", "advisory", '"public-ports" is waived until 2028-12-31: reason'),
      event("log-group-key", "advisory", "no key"),
      event("container-user", "advisory", "not evaluated in this preview, not known yet"),
    ];
    assert.equal(
      policySummary([{ stack: "prod", code: 1, events }]),
      `# Policy gate

## prod: refused (1 violations, 1 waivers, 1 pieces of advice, 1 not evaluated in the preview)

### Violations

| rule | severity | resource | finding |
|---|---|---|---|
| insecure-ports | high | rtmp | opens TCP port 1935 \\| in plaintext |

### Waivers

| rule | severity | resource | finding |
|---|---|---|---|
| waivers | high | rtmp | "public-ports" is waived until 2028-12-31: reason |

### Advice

| rule | severity | resource | finding |
|---|---|---|---|
| log-group-key | high | rtmp | no key |

Not evaluated before the update: \`container-user\``,
    );
  });

  it("tells a stack that passes from one that could not be previewed", () => {
    const summary = (code: number) => policySummary([{ stack: "dev", code, events: [] }]);
    assert.match(summary(0), /## dev: passes \(0 violations/);
    assert.match(summary(255), /## dev: preview failed \(/);
  });
});
