import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { CliCommand } from "../commandLine/cliCommand";

export const deployerPolicyCommand = () =>
  new CliCommand("deployer-policy")
    .description(
      "Writes what the deployer of a stack must be allowed, the boundary of the roles that it makes, and what doctor reads, as managed policies of IAM. Needs no credentials.",
    )
    .addOption(new Option("--stack <stack>", "name of a stack"))
    .addOption(
      new Option("--account <account>", "account that it is deployed to, 12 digits").argParser(
        readAccount,
      ),
    )
    .addOption(
      new Option("--out <folder>", "folder to write to").default(".").argParser(readFolder),
    )
    .addOption(new Option("--docs", "renew those in docs/deployer-policy"))
    .rule(({ docs }, given) =>
      docs ? [] : needed.filter(({ name }) => !given.has(name)).map(({ fault }) => fault),
    )
    .examples("npm run deployer:policy -- --stack prod --account 111122223333")
    .action(async (options) => {
      const { writeDeployerPolicy }: typeof import("../checks/deployerPolicy") =
        require("../checks/deployerPolicy");
      process.exitCode = writeDeployerPolicy(options);
    });

/** But for --docs. */
const needed = [
  { name: "stack", fault: "--stack is missing; needed: --stack <stack>" },
  { name: "account", fault: "--account is missing; needed: --account <account>" },
];

function readAccount(text: string): string {
  if (/^(?!0+$)\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError("allowed: 12 digits, not all 0");
}

/** A folder, or where one can be made. */
function readFolder(text: string): string {
  let existing = resolve(text);
  while (!existsSync(existing)) existing = dirname(existing);
  if (statSync(existing).isDirectory()) return text;
  throw new InvalidArgumentError(`${existing} is a file; allowed: a folder`);
}
