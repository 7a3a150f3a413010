import { DescribeAddressesCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import {
  DescribeAccountLimitsCommand,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import type { Check } from "../../checks/examine";
import { type Finding, fault, ok } from "../../checks/finding";
import type { AwsClients } from "../awsClients";
import type { DoctorContext } from "../context";
import { type Needs, needsOf } from "../needs";

/** A quota of the account, and what of it is taken. */
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
  readonly need: (needs: Needs) => number;
  /** Left out where a quota is about each single resource. */
  readonly used?: (aws: AwsClients, abortSignal: AbortSignal) => Promise<number>;
  /** Name of the limit, where Elastic Load Balancing tells its limits itself. */
  readonly balancingLimit?: string;
}

const rows: readonly QuotaRow[] = [
  {
    subject: "quota Fargate",
    what: "vCPUs of Fargate tasks",
    serviceCode: "fargate",
    quotaCode: "L-3032A538",
    need: ({ vCpus }) => vCpus,
  },
  {
    subject: "quota Elastic IPs",
    what: "Elastic IP addresses",
    serviceCode: "ec2",
    quotaCode: "L-0263D0A3",
    need: ({ elasticIps }) => elasticIps,
    used: async ({ ec2 }, abortSignal) =>
      (await ec2.send(new DescribeAddressesCommand({}), { abortSignal })).Addresses?.length ?? 0,
  },
  {
    subject: "quota VPCs",
    what: "VPCs in the region",
    serviceCode: "vpc",
    quotaCode: "L-F678F1CE",
    need: ({ vpcs }) => vpcs,
    used: async ({ ec2 }, abortSignal) =>
      (await ec2.send(new DescribeVpcsCommand({}), { abortSignal })).Vpcs?.length ?? 0,
  },
  {
    subject: "quota security groups",
    what: "rules of a security group in one direction",
    serviceCode: "vpc",
    quotaCode: "L-0EA8095F",
    need: ({ rulesPerGroup }) => rulesPerGroup,
  },
  {
    subject: "quota load balancers",
    what: "Network Load Balancers",
    serviceCode: "elasticloadbalancing",
    quotaCode: "L-69A177A2",
    balancingLimit: "network-load-balancers",
    need: ({ loadBalancers }) => loadBalancers,
    used: async ({ balancing: client }) => {
      let count = 0;
      for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
        count += LoadBalancers.filter(({ Type }) => Type === "network").length;
      }
      return count;
    },
  },
  {
    subject: "quota target groups",
    what: "target groups",
    serviceCode: "elasticloadbalancing",
    quotaCode: "L-B22855CB",
    balancingLimit: "target-groups",
    need: ({ targetGroups }) => targetGroups,
    used: async ({ balancing: client }) => {
      let count = 0;
      for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) {
        count += TargetGroups.length;
      }
      return count;
    },
  },
];

/** One check for each quota, so that one that may not be read does not hide the others. */
export const quotas: readonly Check<DoctorContext>[] = rows.map((row) => ({
  subject: row.subject,
  run: async ({ aws, settings, outputs }, abortSignal) => {
    const { what, serviceCode, quotaCode } = row;
    const limit = await limitOf(row, aws, abortSignal);
    // A deployed stack has its part already.
    const isDeployed = (await outputs()) !== undefined;
    const used = isDeployed ? 0 : ((await row.used?.(aws, abortSignal)) ?? 0);
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
  const said = `${limit} ${what}${used > 0 ? `, ${used} in use` : ""}; the stack needs ${need}`;
  if (used + need <= limit) return [ok(subject, said)];
  const remedy =
    `aws service-quotas request-service-quota-increase --service-code ${serviceCode} ` +
    `--quota-code ${quotaCode} --desired-value ${Math.ceil(used + need)}`;
  return [fault(subject, said, remedy)];
}
