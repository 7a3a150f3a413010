import { DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { DescribeClustersCommand } from "@aws-sdk/client-ecs";
import { GetPolicyCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import type { Settings } from "../../../config";
import type { Check } from "../../checks/examine";
import { type Finding, fault, notChecked, ok } from "../../checks/finding";
import type { AwsClients } from "../awsClients";
import type { DoctorContext } from "../context";

/** Answers what is wrong with something that exists, or undefined. Throws AWS's error when it does not. */
type Look = (aws: AwsClients, arn: string, abortSignal: AbortSignal) => Promise<string | undefined>;

interface ArnRow {
  readonly key: string;
  readonly of: (settings: Settings) => string | undefined;
  readonly look: Look;
  readonly list: string;
}

const keyState: Look = async ({ kms }, KeyId, abortSignal) => {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }), { abortSignal });
  return KeyMetadata?.KeyState === "Enabled" ? undefined : `is ${KeyMetadata?.KeyState}`;
};

/** Secrets have a check of their own. */
const rows: readonly ArnRow[] = [
  {
    key: "certificateArn",
    of: ({ certificate }) => (certificate.kind === "existing" ? certificate.arn : undefined),
    look: async ({ acm }, CertificateArn, abortSignal) => {
      const command = new DescribeCertificateCommand({ CertificateArn });
      const { Certificate } = await acm.send(command, { abortSignal });
      return Certificate?.Status === "ISSUED" ? undefined : `is ${Certificate?.Status}`;
    },
    list: "aws acm list-certificates",
  },
  {
    key: "clusterArn",
    of: ({ clusterArn }) => clusterArn,
    look: async ({ ecs }, arn, abortSignal) => {
      const command = new DescribeClustersCommand({ clusters: [arn] });
      const [cluster] = (await ecs.send(command, { abortSignal })).clusters ?? [];
      if (!cluster) return "does not exist";
      return cluster.status === "ACTIVE" ? undefined : `is ${cluster.status}`;
    },
    list: "aws ecs list-clusters",
  },
  {
    key: "kmsKeyArn",
    of: ({ kmsKeyArn }) => kmsKeyArn,
    look: keyState,
    list: "aws kms list-keys",
  },
  {
    key: "cloudtakSigningSecretKmsKeyArn",
    of: ({ cloudtakSigningSecretKmsKeyArn }) => cloudtakSigningSecretKmsKeyArn,
    look: keyState,
    list: "aws kms list-keys",
  },
  {
    key: "permissionsBoundaryArn",
    of: ({ permissionsBoundaryArn }) => permissionsBoundaryArn,
    look: async ({ iam }, PolicyArn, abortSignal) => {
      await iam.send(new GetPolicyCommand({ PolicyArn }), { abortSignal });
      return undefined;
    },
    list: "aws iam list-policies",
  },
];

/** Each configured ARN is one of this account and region, and exists. */
export const arns: readonly Check<DoctorContext>[] = rows.map(({ key, of, look, list }) => ({
  subject: key,
  applies: ({ settings }) => of(settings) !== undefined,
  run: async ({ aws, settings, identity, region }, abortSignal) => {
    const arn = of(settings) ?? "";
    const { account } = await identity();
    const remedy = `${list}; pulumi config set ${key} <its ARN>`;
    const misplaced = placeFault(arn, { account, region });
    if (misplaced) return [fault(key, `${arn} ${misplaced}`, remedy)];
    try {
      const wrong = await look(aws, arn, abortSignal);
      return [wrong === undefined ? ok(key, arn) : fault(key, `${arn} ${wrong}`, remedy)];
    } catch (error) {
      return [missingOr(key, arn, error, remedy)];
    }
  },
}));

/** What is wrong with the account or region of an ARN. IAM's have no region, its own policies no account. */
export function placeFault(
  arn: string,
  { account, region }: { readonly account: string; readonly region: string },
): string | undefined {
  const [, , service, arnRegion = "", owner = ""] = arn.split(":");
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
    : notChecked(subject, `${error.name}: ${error.message}`);
}
