import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";

/** An image that the configuration names, and the ECR repository to pull it from; "" for another registry. */
export function givenImage(
  image: string,
  parent: pulumi.Resource,
): { readonly image: pulumi.Output<string>; readonly repositoryArn: pulumi.Output<string> } {
  const { partition } = getPartitionOutput({}, { parent });
  return {
    image: pulumi.output(image),
    repositoryArn: partition.apply((name) => ecrRepositoryArn(image, name)),
  };
}

/** <account>.dkr.ecr.<region>.amazonaws.com and its kin: FIPS, dual stack, AWS's other partitions. */
const ecrHost =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws|on\.amazonwebservices\.com\.cn|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|amazonaws\.eu)$/;

/** ARN of the private ECR repository that an image name points to; "" for another registry. */
export function ecrRepositoryArn(image: string, partition: string): string {
  const [, host = "", repository] = /^([^/]+)\/([^:@]+)[:@]/.exec(image) ?? [];
  const [, account, region] = ecrHost.exec(host) ?? [];
  if (account === undefined) return "";
  return ["arn", partition, "ecr", region, account, `repository/${repository}`].join(":");
}
