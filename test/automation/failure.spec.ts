import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import * as automation from "@pulumi/pulumi/automation";
import { typedError } from "../../automation/engine/failure";
import * as errors from "../../automation/errors";
import { noProgress, type Progress } from "../../automation/progress";
import { ConfigError } from "../../config";

/** An error of the SDK, which makes these from a command's answer only. */
const thrown = <T extends Error>(kind: { prototype: T }, message: string): T =>
  Object.assign(Object.create(kind.prototype), { message });
const command = (message: string) => thrown(automation.CommandError, message);

const typed = (error: unknown, more: Partial<Parameters<typeof typedError>[1]> = {}) =>
  typedError(error, {
    stack: "dev",
    progress: noProgress(false),
    cause: undefined,
    aborted: false,
    ...more,
  });
const progress = (more: Partial<Progress>): Progress => ({ ...noProgress(false), ...more });

describe("a failed operation", () => {
  it("with a bad configuration names all faults", () => {
    const fault = { key: "zones", problem: "is 9", allowed: "allowed: 1", remedy: "set it" };
    const cause = Object.assign(new RunError("bad"), { cause: new ConfigError("dev", [fault]) });
    const error = typed(command("code: 1"), { cause });
    assert.ok(error instanceof errors.ConfigurationError);
    assert.deepEqual(error.faults, [fault]);
    assert.match(error.message, /"zones" is 9; allowed: 1; set it/);
  });

  it("beside another update says who holds the lock, and what to do", () => {
    const said =
      "error: the stack is currently locked by 1 lock(s).\n  file:///x.json: created by root@host (pid 7) at now";
    const error = typed(thrown(automation.ConcurrentUpdateError, said));
    assert.ok(error instanceof errors.ConcurrentUpdateError);
    assert.match(
      error.message,
      /another update of stack "dev".*\n.*root@host \(pid 7\).*\n.*pulumi cancel --stack dev/,
    );
  });

  for (const end of ["EOF", "unexpected EOF"]) {
    it(`at a state of which another update has written half (${end}) says so`, () => {
      const error = typed(command(`code: 255\nstderr: error: failed to load checkpoint: ${end}\n`));
      assert.ok(error instanceof errors.ConcurrentUpdateError);
      assert.match(
        error.message,
        /another update of stack "dev" is writing its state.*\ntry again/,
      );
    });
  }

  it("at a state that cannot be read for another reason is a failed one", () => {
    const error = typed(command("stderr: error: failed to load checkpoint: permission denied\n"));
    assert.ok(error instanceof errors.UpdateFailedError);
  });

  it("after an interrupt is a cancelled one, whatever the engine says", () => {
    const error = typed(command("context canceled"), { aborted: true });
    assert.ok(error instanceof errors.CancelledError);
    assert.match(error.message, /nothing was changed/);
    const urn = "urn:pulumi:dev::p::t::a";
    const change = { urn, name: "a", type: "t", operation: "create", properties: [] } as const;
    const begun = progress({ changes: new Map([[urn, change]]) });
    assert.match(typed(command(""), { aborted: true, progress: begun }).message, /is not locked/);
  });

  it("against the policy pack names each violation, and no advice", () => {
    const finding = { policy: "insecure-ports", resource: "a", message: "is open" } as const;
    const findings = [
      { ...finding, level: "mandatory" },
      { ...finding, level: "advisory", policy: "other" },
    ] as const;
    const error = typed(command("code: 1"), { progress: progress({ findings }) });
    assert.ok(error instanceof errors.PolicyViolationError);
    assert.equal(error.violations.length, 1);
    assert.match(error.message, /insecure-ports \(a\): is open/);
  });

  const logins: [string, RegExp][] = [
    [
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      /pulumi login/,
    ],
    [
      "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE",
      /PULUMI_CONFIG_PASSPHRASE_FILE/,
    ],
    ["error: incorrect passphrase", /is not that of the stack/],
    ["error: No valid credential sources found", /aws sso login/],
  ];
  for (const [said, remedy] of logins) {
    it(`that says "${said.slice(7, 45)}" is one of credentials`, () => {
      const error = typed(command(said));
      assert.ok(error instanceof errors.CredentialsError, error.name);
      assert.match(error.message, remedy);
    });
  }

  it("without a stack of the name says so", () => {
    const error = typed(thrown(automation.StackNotFoundError, "no stack named 'dev' found"));
    assert.ok(error instanceof errors.StackNotFoundError);
  });

  it("of any other kind says what the engine said, and of which resources", () => {
    const error = typed(command("code: 255\n stderr: error: update failed"), {
      progress: progress({
        failed: new Set(["urn:pulumi:dev::p::t::media-service"]),
        diagnostics: [{ severity: "error", resource: "media-service", message: "did not start" }],
      }),
    });
    assert.ok(error instanceof errors.UpdateFailedError);
    assert.match(error.message, /failed at media-service:\n {2}- media-service: did not start/);
    assert.match(typed(command("stderr: error: no such thing")).message, /- no such thing/);
  });

  it("has an exit code of its own kind, and no two kinds share one", () => {
    const codes = Object.values(errors.exitCodes);
    assert.equal(new Set(codes).size, codes.length);
  });
});
