import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isAlive } from "./lock";
import type { LocalPaths } from "./paths";

/** How the AWS API of a running local cloud is called by who runs it, in the words of the AWS SDK. */
export interface Operator {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

/** For the AWS CLI and SDKs. */
export const operatorVariables = ({ endpoint, region, credentials }: Operator) => ({
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

const file = (paths: LocalPaths) => join(paths.root, "operator.json");

/** Lets others on this machine who may read the file call the API of this process. */
export function writeOperator(paths: LocalPaths, operator: Operator): void {
  const text = JSON.stringify({ pid: process.pid, ...operator });
  writeFileSync(file(paths), text, { mode: 0o600 });
}

export const removeOperator = (paths: LocalPaths): void => rmSync(file(paths), { force: true });

/** undefined when the local cloud is not running. */
export function readOperator(paths: LocalPaths): Operator | undefined {
  if (!existsSync(file(paths))) return undefined;
  const { pid, ...operator } = fileFormat.parse(JSON.parse(readFileSync(file(paths), "utf8")));
  return isAlive(pid, /node/) ? operator : undefined;
}
