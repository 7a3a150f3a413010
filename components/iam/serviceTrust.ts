import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as pulumi from "@pulumi/pulumi";
import { trustPolicy } from "./iam";

/** Services that tell AWS STS for which resource they take a role on, and the ARNs of such resources. */
const sources = {
  "ecs-tasks.amazonaws.com": "ecs:{region}:{account}:*",
  "vpc-flow-logs.amazonaws.com": "ec2:{region}:{account}:vpc-flow-log/*",
} as const;

/**
 * The trust policy of a role that the service takes on for resources of this account and region only, as AWS recommends
 * against the confused deputy: without it the service might be made to use the role on behalf of another account.
 */
export function serviceTrust(
  service: keyof typeof sources,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const account = getCallerIdentityOutput({}, { parent }).accountId;
  const { partition } = getPartitionOutput({}, { parent });
  const { region } = getRegionOutput({}, { parent });
  return pulumi.all([partition, region, account]).apply(([partitionName, regionName, id]) => {
    const resource = sources[service].replace("{region}", regionName).replace("{account}", id);
    return trustPolicy(service, {
      StringEquals: { "aws:SourceAccount": id },
      ArnLike: { "aws:SourceArn": `arn:${partitionName}:${resource}` },
    });
  });
}
