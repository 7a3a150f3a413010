import { ListExportsCommand } from "@aws-sdk/client-cloudformation";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Settings } from "../../config";
import { type ExamineOptions, examine } from "../checks/examine";
import type { Finding } from "../checks/finding";
import { exported } from "../deployment";
import { deployedOfType } from "../stackResources";
import type { Workspace } from "../workspace";
import { type AwsAccess, AwsClients } from "./awsClients";
import { account } from "./checks/account";
import { arns } from "./checks/arns";
import { certificate } from "./checks/certificate";
import { cloudtak } from "./checks/cloudtak";
import { concurrency } from "./checks/concurrency";
import { hostedZone } from "./checks/hostedZone";
import { image } from "./checks/image";
import { kmsKeys } from "./checks/kmsKeys";
import { permissions } from "./checks/permissions";
import { pulumi } from "./checks/pulumi";
import { quotas } from "./checks/quotas";
import { secrets } from "./checks/secrets";
import { serviceLinkedRoles } from "./checks/serviceLinkedRoles";
import { zones } from "./checks/zones";
import { type CloudtakTarget, type DoctorContext, identityOf, once } from "./context";
import { type Machine, thisMachine } from "./machine";

/** All checks before a deployment, in the order of the report. */
export const doctorChecks = [
  account,
  permissions,
  zones,
  ...quotas,
  concurrency,
  ...serviceLinkedRoles,
  certificate,
  ...kmsKeys,
  ...arns,
  ...secrets,
  hostedZone,
  cloudtak,
  image,
  pulumi,
] as const;

export interface DoctorOptions extends ExamineOptions {
  readonly stack: string;
  readonly target: "aws" | "local";
  readonly settings: Settings;
  readonly region: string;
  readonly workspace: Workspace;
  readonly access: AwsAccess;
  /** Default: this machine and its network. */
  readonly machine?: Machine;
}

/** Looks whether a stack can be deployed: reads only, and answers within the longest deadline of a check. */
export async function doctor(options: DoctorOptions): Promise<Finding[]> {
  const { stack, workspace, settings, region, access, machine = thisMachine, target } = options;
  const aws = new AwsClients(access, region);
  // Where the backend cannot be asked, the check of Pulumi says why, and nothing counts as the stack's own.
  const state = once(() => exported({ stack, workspace }).catch(() => undefined));
  const context: DoctorContext = {
    stack,
    target,
    settings,
    region,
    workspace,
    aws,
    machine,
    identity: once(async () => identityOf(await aws.sts.send(new GetCallerIdentityCommand({})))),
    cloudtak: once(() => cloudtakOf(settings, aws)),
    deployed: async (type) => deployedOfType(await state(), type),
  };
  try {
    return await examine(doctorChecks, context, options);
  } finally {
    aws.destroy();
  }
}

/** As configured, else as CloudTAK's stack exports it. */
async function cloudtakOf(settings: Settings, aws: AwsClients): Promise<CloudtakTarget> {
  const { cloudtakStack, cloudtakUrl, cloudtakSigningSecretArn } = settings;
  const exports = cloudtakUrl && cloudtakSigningSecretArn ? new Map() : await exportsOf(aws);
  const exported = (end: string): string => {
    const name = `${cloudtakStack}-CloudTAK-${end}`;
    const value = exports.get(name);
    if (value === undefined) {
      throw new Error(`CloudFormation has no export ${name}; check cloudtakStack`);
    }
    return value;
  };
  return {
    url: cloudtakUrl ?? exported("ServiceURL").replace(/\/$/, ""),
    signingSecretArn: cloudtakSigningSecretArn ?? exported("SigningSecret"),
  };
}

async function exportsOf({ cloudformation }: AwsClients): Promise<Map<string, string>> {
  const exports = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const answer = await cloudformation.send(new ListExportsCommand({ NextToken }));
    for (const { Name = "", Value = "" } of answer.Exports ?? []) exports.set(Name, Value);
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return exports;
}
