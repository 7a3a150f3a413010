import assert from "node:assert/strict";
import { UsageError } from "../../automation/errors";
import { commands, parseOptions, usage } from "../../cli/options";

const faultsOf = (...args: string[]): string => {
  try {
    parseOptions(args);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail("nothing was wrong");
};

describe("options of a command", () => {
  it("name the stack and deploy to AWS by default", () => {
    assert.deepEqual(parseOptions(["deploy", "dev"]), {
      command: "deploy",
      stack: "dev",
      target: { kind: "aws" },
      context: [],
      yes: false,
      json: false,
      help: false,
    });
  });

  it("are taken in any order, values beside or behind an equals sign, contexts any number of times", () => {
    const args =
      "deploy prod --json --context a=1 --target=local --context=b=c=d --yes --context mediamtx.cpu=2048";
    const options = parseOptions(args.split(" "));
    assert.deepEqual(options.context, ["a=1", "b=c=d", "mediamtx.cpu=2048"]);
    assert.deepEqual(options.target, { kind: "local", cloud: "" });
    assert.equal(options.json, true);
    assert.equal(options.yes, true);
  });

  it("name another local cloud behind a colon", () => {
    const { target } = parseOptions(["outputs", "dev", "--target", "local:side-by-side"]);
    assert.deepEqual(target, { kind: "local", cloud: "side-by-side" });
  });

  it("are refused with all their faults in one message, each with a suggestion", () => {
    const message = faultsOf(
      ...["deploy", "dev", "enableInsecurePorts=true", "--contxt", "--target", "azure", "--yes=1"],
      "--context",
    );
    for (const fault of [
      "5 faults",
      '"enableInsecurePorts=true" is one word too many',
      "did you mean --context?",
      "allowed: aws or local",
      "--yes takes no value",
      "--context needs a value",
    ]) {
      assert.ok(message.includes(fault), `${fault} is not in:\n${message}`);
    }
  });

  it("of another command are refused", () => {
    assert.match(faultsOf("outputs", "dev", "--yes"), /"--yes" is not an option of outputs/);
    assert.match(faultsOf("destroy", "dev", "--context", "a=b"), /not an option of destroy/);
  });

  it("cannot lead out of the local folder", () => {
    for (const target of ["local:", "local:..", "local:a/b", "local:A"]) {
      assert.match(faultsOf("deploy", "dev", "--target", target), /allowed: aws or local/);
    }
  });

  it("need a command and a stack", () => {
    for (const args of [[], ["deploy"], ["deliver", "dev"], ["toString", "dev"]]) {
      assert.match(faultsOf(...args), /needed: a command \(deploy, preview, destroy, outputs\)/);
    }
  });

  it("are all in the line that explains them", () => {
    for (const command of commands) {
      const line = usage(command, "dev");
      assert.ok(line.startsWith(`npm run ${command}:dev -- `));
      for (const [option] of line.matchAll(/--(?:yes|json|help)/g)) {
        assert.doesNotThrow(() => parseOptions([command, "dev", option]));
      }
    }
  });
});
