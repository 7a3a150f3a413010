import { DescribeAccountLimitsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import type { KeyName } from "../../../config/keys";
import { type Finding, fault, ok } from "../../checks/finding";
import type { AwsClients } from "../awsClients";
import type { DoctorCheck } from "../context";
import { type Needs, needsOf } from "../needs";
import {
  elasticIps,
  fargateVcpus,
  networkLoadBalancers,
  type QuotaUse,
  targetGroups,
  usedByOthers,
  vpcs,
} from "../quotaUse";

/** A quota of the account, and what of it others than the stack have taken. */
export interface Quota {
  readonly what: string;
  readonly limit: number;
  readonly used: number;
  readonly serviceCode: string;
  /** Of Service Quotas. */
  readonly quotaCode: string;
}

interface QuotaRow {
  readonly subject: string;
  readonly what: string;
  readonly serviceCode: string;
  readonly quotaCode: string;
  /** Keys on which the need depends. */
  readonly reads: readonly KeyName[];
  readonly need: (needs: Needs) => number;
  /** Left out where a quota is about each single resource. */
  readonly use?: QuotaUse;
  /** Name of the limit, where Elastic Load Balancing tells its limits itself. */
  readonly balancingLimit?: string;
}

const rows: readonly QuotaRow[] = [
  {
    subject: "quota Fargate",
    what: "vCPUs of Fargate tasks",
    serviceCode: "fargate",
    quotaCode: "L-3032A538",
    reads: ["mediamtxCpu"],
    need: ({ vCpus }) => vCpus,
    use: fargateVcpus,
  },
  {
    subject: "quota Elastic IPs",
    what: "Elastic IP addresses",
    serviceCode: "ec2",
    quotaCode: "L-0263D0A3",
    reads: ["vpcId", "natGateways", "zones"],
    need: ({ elasticIps }) => elasticIps,
    use: elasticIps,
  },
  {
    subject: "quota VPCs",
    what: "VPCs in the region",
    serviceCode: "vpc",
    quotaCode: "L-F678F1CE",
    reads: ["vpcId"],
    need: ({ vpcs }) => vpcs,
    use: vpcs,
  },
  {
    subject: "quota security groups",
    what: "rules of a security group in one direction",
    serviceCode: "vpc",
    quotaCode: "L-0EA8095F",
    reads: ["enableInsecurePorts", "allowedCidrs", "apiAllowedCidrs", "vpcId", "vpcCidrBlock"],
    need: ({ rulesPerGroup }) => rulesPerGroup,
  },
  {
    subject: "quota load balancers",
    what: "Network Load Balancers",
    serviceCode: "elasticloadbalancing",
    quotaCode: "L-69A177A2",
    balancingLimit: "network-load-balancers",
    reads: [],
    need: ({ loadBalancers }) => loadBalancers,
    use: networkLoadBalancers,
  },
  {
    subject: "quota target groups",
    what: "target groups",
    serviceCode: "elasticloadbalancing",
    quotaCode: "L-B22855CB",
    balancingLimit: "target-groups",
    reads: [],
    need: ({ targetGroups }) => targetGroups,
    use: targetGroups,
  },
];

/** One check for each quota, so that one that may not be read does not hide the others. */
export const quotas: readonly DoctorCheck[] = rows.map((row) => ({
  subject: row.subject,
  reads: ["aws:region", ...row.reads],
  run: async ({ aws, settings, deployed }, abortSignal) => {
    const { what, serviceCode, quotaCode, use } = row;
    const limit = await limitOf(row, aws, abortSignal);
    const used = use ? await usedByOthers(use, aws, deployed, abortSignal) : 0;
    const quota = { what, limit, used, serviceCode, quotaCode };
    return quotaFindings(row.subject, row.need(needsOf(settings)), quota);
  },
}));

async function limitOf(
  { serviceCode, quotaCode, balancingLimit }: QuotaRow,
  { quotas: service, balancing }: AwsClients,
  abortSignal: AbortSignal,
): Promise<number> {
  if (balancingLimit === undefined) {
    const command = new GetServiceQuotaCommand({ ServiceCode: serviceCode, QuotaCode: quotaCode });
    return (await service.send(command, { abortSignal })).Quota?.Value ?? Number.NaN;
  }
  const { Limits } = await balancing.send(new DescribeAccountLimitsCommand({}), { abortSignal });
  return Number(Limits?.find(({ Name }) => Name === balancingLimit)?.Max);
}

export function quotaFindings(subject: string, need: number, quota: Quota): Finding[] {
  const { what, limit, used, serviceCode, quotaCode } = quota;
  if (!Number.isFinite(limit)) throw new Error(`AWS names no limit of ${what}`);
  const said = `${limit} ${what}${used > 0 ? `, ${used} in use by others` : ""}; the stack needs ${need}`;
  if (used + need <= limit) return [ok(subject, said)];
  const remedy =
    `aws service-quotas request-service-quota-increase --service-code ${serviceCode} ` +
    `--quota-code ${quotaCode} --desired-value ${Math.ceil(used + need)}`;
  return [fault(subject, said, remedy)];
}
