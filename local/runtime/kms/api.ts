import { type Call, type Service, ServiceException } from "../api/service";
import { text } from "../state";

/** KMS: whether a key can be used, and its policy. */
export const kms: Service = {
  protocol: "json",
  prefix: "kms",
  operations: {
    DescribeKey: (input, call) => {
      const { arn, state, spec, usage } = key(text(input.KeyId), call);
      return {
        KeyMetadata: {
          Arn: arn,
          KeyId: arn.split("/").at(-1) ?? "",
          AWSAccountId: call.account.id,
          KeyManager: "CUSTOMER",
          KeyState: state,
          KeySpec: spec,
          KeyUsage: usage,
          Enabled: state === "Enabled",
        },
      };
    },
    GetKeyPolicy: (input, call) => ({
      PolicyName: "default",
      Policy: JSON.stringify(key(text(input.KeyId), call).policy),
    }),
  },
};

function key(id: string, { account, region }: Call) {
  const arn = id.startsWith("arn:") ? id : `arn:aws:kms:${region}:${account.id}:key/${id}`;
  if (!account.has(arn, region)) {
    throw new ServiceException("NotFoundException", `Key '${arn}' does not exist`);
  }
  return { arn, ...account.key(arn) };
}
