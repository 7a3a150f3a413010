import { Argument, InvalidArgumentError, Option } from "commander";
import { RepeatableOption } from "./cliCommand";

/** The cloud that a command works in. `cloud` names another local cloud than `.local` itself. */
export type TargetName =
  | { readonly kind: "aws" }
  | { readonly kind: "local"; readonly cloud: string };

export const stackArgument = () => new Argument("<stack>", "name of a stack");

export const stackOption = () =>
  new Option("--stack <stack>", "name of a stack").makeOptionMandatory();

export const targetOption = () =>
  new Option("--target <target>", "cloud to work in; local:<name> is another local cloud")
    .choices(["aws", "local"])
    .argParser(readTarget)
    .default({ kind: "aws" }, "aws");

export const contextOption = () =>
  new RepeatableOption(
    "--context <key=value>",
    "configuration key for this run, on top of the stack file; any number of times",
  );

export const yesOption = () => new Option("-y, --yes", "do not ask");

export const jsonOption = () => new Option("--json", "one JSON object per line");

export const fromStateOption = () =>
  new Option("--from-state", "the stack as it is deployed, not as it would be");

const targetPattern = /^(?:aws|local(?::([a-z0-9-]{1,40}))?)$/;

function readTarget(text: string): TargetName {
  const found = targetPattern.exec(text);
  if (!found) throw new InvalidArgumentError("allowed: aws or local");
  return text === "aws" ? { kind: "aws" } : { kind: "local", cloud: found[1] ?? "" };
}
