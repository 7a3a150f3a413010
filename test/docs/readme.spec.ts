import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../automation/errors";
import { parseContext } from "../../cli/deployment/context";
import { type Key, keys } from "../../config/keys";
import { scripts } from "../../package.json";
import { readCommandLine } from "../cli/commandLine";
import { proofs, readmeCommands } from "./readmeCommands";

const root = join(__dirname, "../..");
const commands = readmeCommands();
const proofOf = (command: string) => proofs.filter(([pattern]) => pattern.test(command));

describe("the README", () => {
  it("shows no command that nobody knows to work", () => {
    assert.ok(commands.length > 20);
    for (const command of commands) {
      assert.equal(
        proofOf(command).length,
        1,
        `no row, or several, of test/docs/readmeCommands.ts for: ${command}`,
      );
    }
  });

  it("has a command for each row of the table of proofs", () => {
    for (const [pattern] of proofs) {
      assert.ok(
        commands.some((command) => pattern.test(command)),
        `${pattern} is in no command`,
      );
    }
  });

  it("has commands run by other tests only where these do it", () => {
    for (const [pattern, proof] of proofs) {
      if (proof.kind !== "spec") continue;
      assert.match(readFileSync(join(root, proof.file), "utf8"), proof.text, `${pattern}`);
    }
  });

  it("names npm scripts that exist, with options that their command takes", () => {
    const calls = commands.flatMap((command) => {
      const [, name, rest = ""] =
        /\bnpm (?:run )?(?:--silent )?([a-z:]+)(?: -- (.*))?/.exec(command) ?? [];
      return name === undefined || name === "ci"
        ? []
        : [{ name, rest: rest.split(" ").filter(Boolean) }];
    });
    for (const { name, rest } of calls) {
      assert.ok(name.replace(/"$/, "") in scripts, `npm run ${name}`);
      const [, called] =
        new Map<string, string>(Object.entries(scripts)).get(name)?.split(" cli/main.ts ") ?? [];
      if (called === undefined) continue;
      const asked = readCommandLine([...called.split(" "), ...rest]);
      assert.deepEqual(parseContext(asked?.options.context ?? []).faults, []);
    }
    assert.ok(calls.length > 8);
  });

  it("has a script of each command for dev and prod, which runs it", () => {
    for (const command of ["deploy", "preview", "destroy", "outputs"] as const) {
      for (const stack of ["dev", "prod"] as const) {
        assert.match(
          scripts[`${command}:${stack}`],
          new RegExp(` cli/main\\.ts ${command} ${stack}$`),
        );
      }
    }
  });

  it("sets configuration keys that exist, to values that are allowed", () => {
    const table: Readonly<Record<string, Key<unknown>>> = keys;
    const settings = commands.flatMap((command) => {
      const [, name, value = ""] =
        /^pulumi config set (?:--plaintext )?(\w+) (\S+)/.exec(command) ?? [];
      return name === undefined ? [] : [{ name, value }];
    });
    assert.ok(settings.length > 4);
    for (const { name, value } of settings) {
      const key = table[name] ?? assert.fail(`${name} is no key`);
      if (!value.endsWith("..."))
        assert.notEqual(key.format.read(value), undefined, `${name} ${value}`);
    }
  });

  it("lists every exit code of the commands", () => {
    const readme = readFileSync(join(root, "docs/CLI.md"), "utf8");
    const [, table = ""] = /<!-- exit codes -->\n(.*?)<!-- \/exit codes -->/s.exec(readme) ?? [];
    const listed = [...table.matchAll(/^\| (\d+) \| \S/gm)].map(([, code]) => Number(code));
    assert.deepEqual(
      listed,
      Object.values(exitCodes).sort((a, b) => a - b),
    );
  });
});
