import { ListExportsCommand } from "@aws-sdk/client-cloudformation";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Settings } from "../../config";
import { type ExamineOptions, examine } from "../checks/examine";
import { type Finding, notChecked } from "../checks/finding";
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
import { permissionsBoundary } from "./checks/permissionsBoundary";
import { pulumi } from "./checks/pulumi";
import { quotas } from "./checks/quotas";
import { secrets } from "./checks/secrets";
import { serviceLinkedRoles } from "./checks/serviceLinkedRoles";
import { subnets } from "./checks/subnets";
import { zones } from "./checks/zones";
import {
  type CloudtakTarget,
  type DoctorCheck,
  type DoctorContext,
  identityOf,
  once,
} from "./context";
import { type Machine, thisMachine } from "./machine";

/** All checks before a deployment, in the order of the report. */
export const doctorChecks = [
  account,
  permissions,
  zones,
  subnets,
  ...quotas,
  concurrency,
  ...serviceLinkedRoles,
  certificate,
  ...kmsKeys,
  ...arns,
  permissionsBoundary,
  ...secrets,
  hostedZone,
  cloudtak,
  image,
  pulumi,
] as const satisfies readonly DoctorCheck[];

export interface DoctorOptions extends ExamineOptions {
  readonly stack: string;
  readonly target: "aws" | "local";
  readonly settings: Settings;
  readonly region: string;
  /** What is missing or not allowed; the settings hold the default in its place. What depends on it is not looked at. */
  readonly faultyKeys?: ReadonlySet<string>;
  readonly workspace: Workspace;
  readonly access: AwsAccess;
  /** Default: this machine and its network. */
  readonly machine?: Machine;
}

/** Looks whether a stack can be deployed: reads only, and answers within the longest deadline of a check. */
export async function doctor(options: DoctorOptions): Promise<Finding[]> {
  const { stack, workspace, settings, region, access, machine = thisMachine, target } = options;
  const { faultyKeys = new Set() } = options;
  // Without a region nothing is asked of AWS, but a client must have one.
  const aws = new AwsClients(access, region || "us-east-1");
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
    const checks = doctorChecks.map((check) => withoutFaults(check, faultyKeys));
    return await examine(checks, context, options);
  } finally {
    aws.destroy();
  }
}

function withoutFaults(check: DoctorCheck, faultyKeys: ReadonlySet<string>): DoctorCheck {
  const { reads, subject } = check;
  const faulty = [...faultyKeys].filter(
    (key) => reads === "everything" || reads.includes(key as never),
  );
  if (faulty.length === 0) return check;
  const reason = reads === "everything" ? "a configuration without faults" : faulty.join(", ");
  return { ...check, run: async () => [notChecked(subject, `it depends on ${reason}`)] };
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
