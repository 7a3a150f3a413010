/**
 * Prints the environment in which plain `pulumi` commands act on the local cloud, and `aws` commands ask it while it
 * runs, for a POSIX shell: `eval "$(npm run --silent local:env)"`.
 */
import { localVariables, prepareBackend } from "./environment";
import { operatorVariables, readOperator } from "./operator";
import { localPaths, readToolchain, toolchainPath } from "./paths";
import { writeProject } from "./project";

const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;

const paths = localPaths();
prepareBackend(paths);
writeProject(paths);
const operator = readOperator(paths);
const variables = { ...localVariables(paths), ...(operator && operatorVariables(operator)) };
for (const [name, value] of Object.entries(variables)) {
  console.log(`export ${name}=${quote(value)}`);
}
console.log(`export PATH=${quote(toolchainPath(readToolchain()))}:"$PATH"`);
console.log("unset PULUMI_CONFIG_PASSPHRASE");
