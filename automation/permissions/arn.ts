import type { Place } from "./row";

const withoutRegion = ["iam", "route53", "s3"];
const withoutAccount = ["route53", "s3"];

/** @param end such as `role/name`. */
export function arnOf(service: string, end: string, { partition, region, account }: Place): string {
  const place = withoutRegion.includes(service) ? "" : region;
  const owner = withoutAccount.includes(service) ? "" : account;
  return `arn:${partition}:${service}:${place}:${owner}:${end}`;
}
