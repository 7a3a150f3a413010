import { awsEndpointVariables, readAwsEndpoint } from "../cloud/awsEndpoint";
import { localVariables, prepareBackend } from "../cloud/environment";
import { localPaths, readToolchain, toolchainPath } from "../cloud/paths";
import { writeProject } from "../cloud/project";

const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;

/**
 * Prints the environment in which plain `pulumi` commands act on the local cloud, and `aws` commands ask it while it
 * runs, for a POSIX shell.
 */
export function printEnvironment(): void {
  const paths = localPaths();
  prepareBackend(paths);
  writeProject(paths);
  const awsEndpoint = readAwsEndpoint(paths);
  const variables = {
    ...localVariables(paths),
    ...(awsEndpoint && awsEndpointVariables(awsEndpoint)),
  };
  for (const [name, value] of Object.entries(variables)) {
    console.log(`export ${name}=${quote(value)}`);
  }
  console.log(`export PATH=${quote(toolchainPath(readToolchain()))}:"$PATH"`);
  console.log("unset PULUMI_CONFIG_PASSPHRASE");
}
