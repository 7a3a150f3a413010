import { type Finding, fault, notChecked } from "../checks/finding";
import type { Identity } from "./context";

/** What is wrong with partition, account or region of an ARN. IAM's have no region, its own policies no account. */
export function placeFault(
  arn: string,
  { account, arn: caller }: Identity,
  region: string,
): string | undefined {
  const [, partition = "", service, arnRegion = "", owner = ""] = arn.split(":");
  const own = caller.split(":")[1];
  if (partition !== own) return `is in partition ${partition}; the credentials are of ${own}`;
  if (/^\d{12}$/.test(owner) && owner !== account) {
    return `is of account ${owner}; the credentials are of ${account}`;
  }
  if (service !== "iam" && arnRegion !== region) {
    return `is in ${arnRegion}; the stack is deployed to ${region}`;
  }
  return undefined;
}

const notThere = /NotFound|NoSuchEntity|ResourceNotFoundException/;

/** A fault when AWS says that it does not exist; any other error is only a reason not to know. */
export function missingOr(subject: string, arn: string, error: unknown, remedy: string): Finding {
  if (!(error instanceof Error)) throw error;
  return notThere.test(error.name)
    ? fault(subject, `${arn} does not exist`, remedy)
    : notChecked(subject, `${arn}: ${error.name}: ${error.message}`);
}
