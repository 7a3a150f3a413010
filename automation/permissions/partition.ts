import { partition } from "@aws-sdk/core/client";

/** Partition of AWS that a region belongs to, by the AWS SDK's own list; "aws" for a region that it does not know. */
export const partitionOf = (region: string): string => partition(region).name;
