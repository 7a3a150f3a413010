import { failuresIn, notBetween, notMatching } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { policyFailures } from "../iam/policyDocument";

const keyType = "aws:kms/key:Key";

/** Services that encrypt with a customer-managed key take its ARN, not its id or alias. */
export const notKeyArn = (inputs: Inputs, property: string, code: string) =>
  notMatching(
    inputs,
    property,
    code,
    /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,64}$/,
    "arn:aws:kms:<region>:<account>:key/<id>",
  );

/** Keys. The local cloud encrypts nothing with them, as it stores no data. */
export const kms: ResourceTypes = {
  [keyType]: {
    inputs: inputNames[keyType],
    replaceOnChanges: "customKeyStoreId customerMasterKeySpec keyUsage multiRegion xksKeyId",
    defaults: {
      bypassPolicyLockoutSafetyCheck: false,
      customerMasterKeySpec: "SYMMETRIC_DEFAULT",
      enableKeyRotation: false,
      isEnabled: true,
      keyUsage: "ENCRYPT_DECRYPT",
    },
    checkFailures: (inputs) => [
      ...failuresIn(
        notBetween(inputs, "deletionWindowInDays", "ValidationException", [7, 30]),
        notBetween(inputs, "rotationPeriodInDays", "ValidationException", [90, 2560]),
      ),
      ...policyFailures(inputs, "policy", "resource"),
    ],
    initialOutputs: (_inputs, account) => {
      const digits = account.hex(32);
      const keyId = [0, 8, 12, 16, 20]
        .map((start, index, starts) => digits.slice(start, starts[index + 1]))
        .join("-");
      const arn = `arn:aws:kms:${account.region}:${account.id}:key/${keyId}`;
      return { id: keyId, keyId, arn, multiRegion: false, rotationPeriodInDays: 365 };
    },
  },
};
