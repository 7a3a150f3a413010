import assert from "node:assert/strict";
import fc from "fast-check";
import { UsageError } from "../../automation/errors";
import { usage } from "../../cli/commandLine/usage";
import { takMedia } from "../../cli/takMedia";
import { scripts } from "../../package.json";
import { readCommandLine } from "./commandLine";

const faultsOf = (...args: string[]): string => {
  try {
    readCommandLine(args);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail("nothing was wrong");
};

const program = takMedia();
const commandOf = (name: string) =>
  program.commands.find((command) => command.name() === name) ?? assert.fail(name);

describe("options of a command", () => {
  it("name the stack and deploy to AWS by default", () => {
    assert.deepEqual(readCommandLine(["deploy", "dev"]), {
      command: "deploy",
      words: ["dev"],
      options: { target: { kind: "aws" } },
    });
  });

  it("are taken in any order, values beside or behind an equals sign, contexts any number of times", () => {
    const args =
      "deploy prod --json --context a=1 --target=local --context=b=c=d --yes --context mediamtx.cpu=2048";
    const { options } = readCommandLine(args.split(" ")) ?? assert.fail();
    assert.deepEqual(options.context, ["a=1", "b=c=d", "mediamtx.cpu=2048"]);
    assert.deepEqual(options.target, { kind: "local", cloud: "" });
    assert.equal(options.json, true);
    assert.equal(options.yes, true);
  });

  it("name another local cloud behind a colon", () => {
    const asked = readCommandLine(["outputs", "dev", "--target", "local:side-by-side"]);
    assert.deepEqual(asked?.options.target, { kind: "local", cloud: "side-by-side" });
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
    assert.match(faultsOf("doctor", "--stack", "dev", "-y"), /"-y" is not an option of doctor/);
  });

  it("cannot lead out of the local folder", () => {
    for (const target of ["local:", "local:..", "local:a/b", "local:A"]) {
      assert.match(faultsOf("deploy", "dev", "--target", target), /allowed: aws or local/);
    }
    assert.match(faultsOf("start", "../up"), /<cloud> is not one; allowed: up to 40 small letters/);
  });

  it("are not given twice, but for those that are lists", () => {
    const twice = ["--target", "local", "--target", "aws"];
    assert.match(faultsOf("outputs", "dev", ...twice), /--target is given twice; allowed: once/);
  });

  it("do not take the next option for their value", () => {
    assert.match(faultsOf("preview", "dev", "--context", "--json"), /--context needs a value/);
    assert.match(faultsOf("doctor", "--stack="), /--stack needs a value/);
    const asked = readCommandLine(["smoke", "--stack", "dev", "--credentials", "-"]);
    assert.equal(asked?.options.credentials, "-");
  });

  it("need a command and a stack", () => {
    for (const args of [[], ["deploy"], ["deliver", "dev"], ["toString", "dev"], ["--"]]) {
      assert.match(faultsOf(...args), /needed: a command \(deploy, preview, destroy, outputs\)/);
    }
    assert.match(faultsOf("deliver", "dev"), /did you mean deploy\?/);
    assert.match(faultsOf("doctor", "dev"), /did you mean --stack dev\?/);
  });

  it("that depend on each other are checked together", () => {
    assert.match(faultsOf("cost", "--stack", "nope"), /^there is no Pulumi\.nope\.yaml/);
    assert.match(faultsOf("diagram", "--stack", "nope"), /^there is no Pulumi\.nope\.yaml/);
    assert.ok(readCommandLine(["diagram", "--stack", "nope", "--from-state"]));
    const message = faultsOf("deployer-policy", "--account", "12");
    assert.match(message, /--account is "12"; allowed: 12 digits/);
    for (const out of ["package.json", "package.json/policies"]) {
      const faults = faultsOf("deployer-policy", "--account", "000000000000", "--out", out);
      assert.match(faults, /--account is "000000000000"; allowed: 12 digits, not all 0/);
      assert.match(
        faults,
        /--out is "package.json.*"; .*package\.json is a file; allowed: a folder/,
      );
    }
    assert.match(message, /--stack is missing/);
    assert.doesNotMatch(message, /--account is missing/);
    assert.ok(readCommandLine(["deployer-policy", "--docs"]));
  });

  it("are all in the line that explains them", () => {
    for (const command of ["deploy", "preview", "destroy", "outputs"]) {
      const line = usage(commandOf(command), "dev");
      assert.ok(line.startsWith(`npm run ${command}:dev -- `));
      for (const [option] of line.matchAll(/--(?:yes|json|help)/g)) {
        assert.doesNotThrow(() => readCommandLine([command, "dev", option]));
      }
    }
    assert.match(usage(commandOf("deploy"), "a-word"), /^npx tak-media deploy <stack> /);
  });

  it("never bring a word into a message that may be a credential", () => {
    const canary = "hunter2-Canary";
    for (const { name } of program.commands.map((command) => ({ name: command.name() }))) {
      const lines = [
        [canary],
        ...(name === "start" || name === "completion" ? [[name, canary]] : []),
        [name, "dev", canary, canary, "--bogus"],
        [name, `-p${canary}`],
        [name, `--password=${canary}`, "--bogus"],
        [name, `--${canary}`, `--${canary}=1`],
        [name, "dev", `cloudtakSigningSecretArn=${canary}`, "--bogus"],
      ];
      // It passes on whatever a shell has typed so far, and answers nothing about it.
      for (const line of name === "complete" ? [] : lines) {
        assert.doesNotMatch(faultsOf(...line), /hunter2|Canary/, line.join(" "));
      }
    }
  });
});

describe("what the check lets pass", () => {
  const words = ["dev", "local", "1", "a=b", "-", "--", "", "x", "zsh", "111122223333"];
  const flags = program.commands.flatMap(({ options }) =>
    options.flatMap(({ long, short }) => [long ?? "", ...(short ? [short] : [])]),
  );
  const piece = fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(...flags, "--help", "-yh", "--bogus", "-V"),
    fc.tuple(fc.constantFrom(...flags), fc.constantFrom(...words)).map((pair) => pair.join("=")),
  );
  const names = program.commands.map((command) => command.name());

  it("passes with commander too, so that no other message and exit code are seen", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(piece, { maxLength: 5 }), (name, rest) => {
        try {
          readCommandLine([name, ...rest]);
        } catch (error) {
          assert.ok(error instanceof UsageError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the help", () => {
  const exampleOf = (text: string) => text.split("\nExamples:\n")[1]?.trim().split(/\n\s*/) ?? [];
  const helpOf = (name: string): string => {
    let help = "";
    const command = takMedia().commands.find((each) => each.name() === name);
    command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    return help;
  };
  const scriptOf = (name: string): string =>
    new Map<string, string>(Object.entries(scripts)).get(name) ?? assert.fail(`no script ${name}`);
  /** The arguments of `tak-media` in a line that calls it by itself or by an npm script. */
  const argumentsOf = (line: string): string[] => {
    const [, direct, script = "start", more = ""] =
      /(?:npx tak-media (.*)|npm (?:run )?(?:--silent )?([a-z:]+)(?: -- (.*?))?)(?:\)")?$/.exec(
        line,
      ) ?? [];
    const called = / cli\/main\.ts (.*)$/.exec(` cli/main.ts ${direct}`)?.[1];
    const all = direct ? called : `${scriptOf(script).split(" cli/main.ts ")[1]} ${more}`;
    return (all ?? "").split(" ").filter(Boolean);
  };

  it("has examples for each command, which are right", () => {
    const own = program.commands.filter(({ options }) => options !== undefined);
    for (const command of own) {
      if (["completion", "complete"].includes(command.name())) continue;
      const examples = exampleOf(helpOf(command.name()));
      assert.ok(examples.length > 0, command.name());
      for (const example of examples) {
        const args = argumentsOf(example);
        assert.equal(args[0], command.name(), example);
        assert.doesNotThrow(() => readCommandLine(args), example);
      }
    }
  });
});
