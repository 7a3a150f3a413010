import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../cloud/paths";

const stackFile = /^Pulumi\.(.+)\.yaml$/;

/** What is wrong with stacks that are to come from their stack files. */
export function stackFaults(stacks: readonly string[]): string[] {
  const known = readdirSync(checkout).flatMap((name) => stackFile.exec(name)?.[1] ?? []);
  return stacks
    .filter((stack) => !existsSync(join(checkout, `Pulumi.${stack}.yaml`)))
    .map((stack) => `there is no Pulumi.${stack}.yaml; stacks here: ${known.join(", ")}`);
}
