import { text } from "../../state";
import { ApiFault, type Service } from "./service";

/** Secrets Manager: what is known of a secret besides its value. */
export const secretsManager: Service = {
  protocol: "json",
  prefix: "secretsmanager",
  operations: {
    DescribeSecret: (input, { account, region }) => {
      const ARN = text(input.SecretId);
      if (!account.has(ARN, region)) {
        throw new ApiFault(
          "ResourceNotFoundException",
          "Secrets Manager can't find the specified secret.",
        );
      }
      const KmsKeyId = account.kmsKeyIdOf(ARN);
      return { ARN, Name: nameOf(ARN), ...(KmsKeyId ? { KmsKeyId } : {}) };
    },
  },
};

const nameOf = (arn: string): string => (arn.split(":")[6] ?? "").replace(/-[0-9A-Za-z]{6}$/, "");
