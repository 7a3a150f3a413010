import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import type { Settings } from "../../config";
import type { HealthOptions } from "../health";

/** Outputs of a deployed stack that the checks go by. */
const deployed = z.looseObject({
  host: z.string(),
  urls: z.record(z.string(), z.string()),
  authFunctionName: z.string(),
  logGroupName: z.string(),
  taskDefinitionArn: z.string(),
  /** "" where SRT is not encrypted. */
  srtPassphraseSecretArn: z.string().default(""),
});
export type Deployed = z.infer<typeof deployed>;
export const parseDeployed = (outputs: unknown): Deployed => deployed.parse(outputs);

/** With what a stream is published and played. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** Path or name of a lease of this user, on which nothing else is live. */
  readonly stream: string;
  readonly srtPassphrase?: string;
}

/** Endpoint and credentials of AWS's API; without them as the AWS SDK finds them. */
export type AwsAccess = HealthOptions["client"] & object;

export class SmokeClients {
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudwatch: CloudWatchClient;
  readonly secrets: SecretsManagerClient;

  constructor(access: AwsAccess, region: string) {
    const config = { ...access, region, maxAttempts: 2 };
    this.lambda = new LambdaClient(config);
    this.logs = new CloudWatchLogsClient(config);
    this.cloudwatch = new CloudWatchClient(config);
    this.secrets = new SecretsManagerClient(config);
  }

  destroy(): void {
    for (const client of Object.values(this)) client.destroy();
  }
}

/** How a local cloud is reached, which has neither DNS nor a certificate authority that is known to anyone else. */
export interface LocalNetwork {
  /** In place of the stack's host. */
  readonly address: string;
  /** undefined before one was made. */
  readonly authority: { readonly pem: string; readonly file: string } | undefined;
}

/** What the checks of a deployed stack look at. */
export interface SmokeContext {
  readonly outputs: Deployed;
  readonly settings: Pick<Settings, "certificate" | "names">;
  readonly aws: SmokeClients;
  readonly access: AwsAccess;
  readonly local: LocalNetwork | undefined;
  /** undefined: no stream is published. */
  readonly credentials: Credentials | undefined;
  /** How long what was just deployed may take to be there. */
  readonly patienceMs: number;
  readonly startedAtMs: number;
}
