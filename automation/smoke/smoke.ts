import type { Settings } from "../../config";
import { type ExamineOptions, examineInTurn } from "../checks/examine";
import type { Finding } from "../checks/finding";
import type { Outputs } from "../deployment";
import { authFunction } from "./checks/authFunction";
import { certificates } from "./checks/certificates";
import { logLines } from "./checks/logLines";
import { metrics } from "./checks/metrics";
import { service } from "./checks/service";
import { streams } from "./checks/streams";
import {
  type AwsAccess,
  type Credentials,
  type LocalNetwork,
  parseDeployed,
  SmokeClients,
  type SmokeContext,
} from "./context";

export interface SmokeOptions extends ExamineOptions {
  readonly outputs: Outputs;
  readonly settings: Pick<Settings, "certificate" | "names">;
  readonly access: AwsAccess;
  /** Of a local cloud. */
  readonly local?: LocalNetwork | undefined;
  /** Without them the short form: no stream is published. */
  readonly credentials?: Credentials | undefined;
  /** Default 10,000: how long what was just deployed may take to be there. */
  readonly patienceMs?: number;
}

/** Looks whether a deployed stack does what it is for, one check after the other. */
export async function smoke(options: SmokeOptions): Promise<Finding[]> {
  const { settings, access, local, credentials, patienceMs = 10_000 } = options;
  const outputs = parseDeployed(options.outputs);
  const aws = new SmokeClients(access, outputs.taskDefinitionArn.split(":")[3] ?? "");
  const context: SmokeContext = {
    ...{ outputs, settings, aws, access, local, credentials, patienceMs },
    startedAtMs: Date.now(),
  };
  const short = [service, ...certificates(context), authFunction];
  const full = [...short, ...streams(context), logLines, metrics];
  try {
    return await examineInTurn(credentials ? full : [...short, logLines], context, options);
  } finally {
    aws.destroy();
  }
}
