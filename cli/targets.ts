import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ECSClient } from "@aws-sdk/client-ecs";
import { backendUrl } from "../automation/engine/operate";
import { CredentialsError, UsageError } from "../automation/errors";
import type { HealthOptions } from "../automation/health";
import type { LocalNetwork } from "../automation/smoke/context";
import type { Workspace } from "../automation/workspace";
import { shown } from "../config/fault";
import { readAwsEndpoint } from "../local/cloud/awsEndpoint";
import {
  certificateAuthorityFolder,
  checkout,
  localPaths,
  readToolchain,
  toolchainPath,
} from "../local/cloud/paths";
import { localWorkspace } from "../local/cloud/workspace";
import type { TargetName } from "./commandLine/options";

/** Where a command works, and how it finds out there whether what runs is what was deployed. */
export interface Target {
  readonly workspace: Workspace;
  /** false: nothing runs that could be asked. */
  readonly health: HealthOptions | false;
  /** How clients reach a local cloud. */
  readonly local?: LocalNetwork;
  /** Throws a CredentialsError when there is nobody to work as, a UsageError when the state is not this target's. */
  readonly ready: () => Promise<void>;
}

export function openTarget(target: TargetName): Target {
  return target.kind === "local" ? localTarget(target.cloud) : awsTarget();
}

/** The local cloud `cloud`. A running `npm start` follows its deployments and tells how it is. */
function localTarget(cloud: string): Target {
  const paths = localPaths(cloud);
  const workspace = localWorkspace(paths, readToolchain());
  const awsEndpoint = readAwsEndpoint(paths);
  const health = awsEndpoint
    ? { client: awsEndpoint, pollIntervalMs: 300, timeoutMs: 60_000 }
    : false;
  return { workspace, health, local: localNetwork(), ready: async () => {} };
}

function localNetwork(): LocalNetwork {
  const file = join(certificateAuthorityFolder, "rootCA.pem");
  const authority = existsSync(file) ? { pem: readFileSync(file, "utf8"), file } : undefined;
  return { address: "localhost", authority };
}

/** AWS, with the stack files of the checkout. Throws a UsageError when the shell is set up for the local cloud. */
function awsTarget(): Target {
  refuseLocalEnvironment(process.env);
  const path = [toolchainPath(readToolchain()), withoutLocalProviders(process.env.PATH ?? "")];
  const env = { PATH: path.join(delimiter), PULUMI_SKIP_UPDATE_CHECK: "true" };
  const workspace = { folder: checkout, env };
  const ready = async () => {
    await requireCredentials();
    const backend = await backendUrl(workspace);
    if (isLocalBackend(backend))
      throw new UsageError(localState(`pulumi is logged in to ${shown(backend)}`));
  };
  return { workspace, health: {}, ready };
}

/** By the SDK's default chain: environment, profile, SSO, container, instance. */
async function requireCredentials(): Promise<void> {
  try {
    await new ECSClient({ region: "us-east-1" }).config.credentials();
  } catch (error) {
    throw new CredentialsError(
      `there are no AWS credentials (${(error as Error).message}); log in with \`aws sso login\`, set AWS_PROFILE, ` +
        "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without AWS: --target local",
    );
  }
}

const localState = (why: string) =>
  `this is the state of the local cloud (${why}), so nothing is deployed to AWS from it; ` +
  "use another shell or backend, or say --target local";

/** Whether a URL is one of a file in this checkout's `.local`. */
export function isLocalBackend(url: string): boolean {
  if (!url.startsWith("file://")) return false;
  const state = URL.canParse(url) ? fileURLToPath(`file://${new URL(url).pathname}`) : "";
  return !relative(join(checkout, ".local"), resolve(state)).startsWith("..");
}

/** The state of the local cloud must never become that of a deployment to AWS. */
export function refuseLocalEnvironment(env: NodeJS.ProcessEnv): void {
  const backend = env.PULUMI_BACKEND_URL ?? "";
  const folder = env.PULUMI_OPTION_CWD ?? "";
  const endpoint = env.AWS_ENDPOINT_URL ?? "";
  const inLocal = folder !== "" && isLocalBackend(`file://${folder}`);
  const faults = [
    ...(isLocalBackend(backend) ? [`PULUMI_BACKEND_URL is ${shown(backend)}`] : []),
    ...(inLocal ? [`PULUMI_OPTION_CWD is ${shown(folder)}`] : []),
    ...(/^https?:\/\/(127\.|localhost|\[::1\])/.test(endpoint)
      ? [`AWS_ENDPOINT_URL is ${shown(endpoint)}`]
      : []),
  ];
  if (faults.length === 0) return;
  throw new UsageError(localState(faults.join(", ")));
}

/** PATH without the folder of the providers that stand in for AWS. */
export const withoutLocalProviders = (path: string): string =>
  path
    .split(delimiter)
    .filter((folder) => resolve(folder) !== join(checkout, "local/bin"))
    .join(delimiter);
