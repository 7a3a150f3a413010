import { type Call, type Service, ServiceException } from "../api/service";
import { text } from "../state";

/** Secrets Manager: what is known of a secret besides its value. */
export const secretsManager: Service = {
  protocol: "json",
  prefix: "secretsmanager",
  operations: {
    GetResourcePolicy: (input, call) => {
      const ARN = secret(input.SecretId, call);
      const { policy } = call.account.facts().secrets[ARN] ?? {};
      const ResourcePolicy = policy === undefined ? undefined : JSON.stringify(policy);
      return { ARN, Name: nameOf(ARN), ...(ResourcePolicy ? { ResourcePolicy } : {}) };
    },
    DescribeSecret: (input, call) => {
      const ARN = secret(input.SecretId, call);
      const { account } = call;
      const KmsKeyId = account.kmsKeyIdOf(ARN);
      return { ARN, Name: nameOf(ARN), ...(KmsKeyId ? { KmsKeyId } : {}) };
    },
  },
};

/** Secrets Manager also knows a secret by an ARN without the six characters at the end. */
function secret(id: unknown, { account, region }: Call): string {
  const whole = Object.keys(account.facts().secrets).find(
    (arn) => arn.replace(/-[0-9A-Za-z]{6}$/, "") === id,
  );
  if (whole !== undefined) return whole;
  if (account.has(text(id), region)) return text(id);
  throw new ServiceException(
    "ResourceNotFoundException",
    "Secrets Manager can't find the specified secret.",
  );
}

const nameOf = (arn: string): string => (arn.split(":")[6] ?? "").replace(/-[0-9A-Za-z]{6}$/, "");
