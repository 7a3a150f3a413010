/**
 * Prints the environment in which plain `pulumi` commands act on the local cloud, for a POSIX shell:
 * `eval "$(npm run --silent local:env)"`.
 */
import { localVariables, prepareBackend } from "./environment";
import { localPaths, readToolchain } from "./paths";
import { writeProject } from "./project";

const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;

const paths = localPaths();
prepareBackend(paths);
writeProject(paths);
for (const [name, value] of Object.entries(localVariables(paths))) {
  console.log(`export ${name}=${quote(value)}`);
}
console.log(`export PATH=${quote(readToolchain().pulumi)}:"$PATH"`);
console.log("unset PULUMI_CONFIG_PASSPHRASE");
