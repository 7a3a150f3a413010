import { type Service, ServiceException } from "../api/service";
import { text } from "../state";

/** AWS's defaults by service code and quota code, as a new account has them. */
const defaults: Readonly<Record<string, readonly [name: string, value: number]>> = {
  "fargate/L-3032A538": ["Fargate On-Demand vCPU resource count", 6],
  "ec2/L-0263D0A3": ["EC2-VPC Elastic IPs", 5],
  "vpc/L-F678F1CE": ["VPCs per Region", 5],
  "vpc/L-0EA8095F": ["Inbound or outbound rules per security group", 60],
};

/** Service Quotas: the quotas that apply to the account. */
export const serviceQuotas: Service = {
  protocol: "json",
  prefix: "servicequotas",
  operations: {
    GetServiceQuota: (input, { account }) => {
      const [ServiceCode, QuotaCode] = [text(input.ServiceCode), text(input.QuotaCode)];
      const [QuotaName, value] = defaults[`${ServiceCode}/${QuotaCode}`] ?? [];
      if (QuotaName === undefined) {
        throw new ServiceException(
          "NoSuchResourceException",
          "The request failed because the specified service or quota does not exist.",
        );
      }
      const Value = account.facts().quotas[`${ServiceCode}/${QuotaCode}`] ?? value;
      return { Quota: { ServiceCode, QuotaCode, QuotaName, Value, Adjustable: true } };
    },
  },
};
