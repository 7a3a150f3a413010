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
    .addOption(new Option("--out <folder>", "folder to write to").default("."))
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
  if (/^\d{12}$/.test(text)) return text;
  throw new InvalidArgumentError("allowed: 12 digits");
}
