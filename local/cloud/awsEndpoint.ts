import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isAlive } from "../account/lockFile";
import type { LocalPaths } from "./paths";

/** Where the AWS API of a running local cloud listens, and the credentials of its operator. Names as in the AWS SDK. */
export interface AwsEndpoint {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

/** For the AWS CLI and SDKs. */
export const awsEndpointVariables = ({ endpoint, region, credentials }: AwsEndpoint) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
});

const fileFormat = z.object({
  pid: z.number(),
  endpoint: z.string(),
  region: z.string(),
  credentials: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
  }),
});

const file = (paths: LocalPaths) => join(paths.root, "aws-endpoint.json");

/** Writes the file from which other processes of this user learn how to call the API of this process. */
export function writeAwsEndpoint(paths: LocalPaths, awsEndpoint: AwsEndpoint): void {
  const text = JSON.stringify({ pid: process.pid, ...awsEndpoint });
  writeFileSync(file(paths), text, { mode: 0o600 });
}

export const removeAwsEndpoint = (paths: LocalPaths): void => rmSync(file(paths), { force: true });

/** Returns undefined when the local cloud is not running. */
export function readAwsEndpoint(paths: LocalPaths): AwsEndpoint | undefined {
  if (!existsSync(file(paths))) return undefined;
  const { pid, ...awsEndpoint } = fileFormat.parse(JSON.parse(readFileSync(file(paths), "utf8")));
  return isAlive(pid, /node/) ? awsEndpoint : undefined;
}
