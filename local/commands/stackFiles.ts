import { readdirSync } from "node:fs";
import { checkout } from "../cloud/paths";

const stackFile = /^Pulumi\.(.+)\.yaml$/;

/** Names of the stacks that have a stack file in the checkout. */
export const stacksHere = (): string[] =>
  readdirSync(checkout).flatMap((name) => stackFile.exec(name)?.[1] ?? []);

/** Names among `stacks` without a stack file, one message each. */
export function stackFaults(stacks: readonly string[]): string[] {
  const here = stacksHere();
  return stacks
    .filter((stack) => !here.includes(stack))
    .map((stack) => `there is no Pulumi.${stack}.yaml; stacks here: ${here.join(", ")}`);
}
