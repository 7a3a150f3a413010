import { secretType } from "../../../account/priorSecrets";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { names } from "../names";

const versionType = "aws:secretsmanager/secretVersion:SecretVersion";

/** A deleted secret during its recovery window, in which its name stays taken. */
const scheduledType = "secret scheduled for deletion";

/** Secrets and their current value. */
export const secretsManager: ResourceTypes = {
  [secretType]: {
    inputs: inputNames[secretType],
    replaceOnChanges: "name namePrefix",
    defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: 30 },
    naming: names.secret,
    checkFailures: (inputs) =>
      failuresIn(
        failWhen(
          !isRecoveryWindow(inputs.number("recoveryWindowInDays")),
          "recoveryWindowInDays",
          "InvalidParameterException",
          "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive), or 0 to delete at once",
        ),
      ),
    initialOutputs: (inputs, account) => {
      const name = inputs.text("name") ?? `${inputs.text("namePrefix") ?? ""}${account.hex(26)}`;
      const { region, id } = account;
      const arn = `arn:aws:secretsmanager:${region}:${id}:secret:${name}-${account.hex(6)}`;
      return { id: arn, arn, name };
    },
    validate: (inputs, inventory, self) => {
      const name = inputs.text("name");
      const named = (properties: Inputs) => name !== undefined && properties.text("name") === name;
      if (inventory.find(scheduledType, named)) {
        throw new AwsError(
          "InvalidRequestException",
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      if (
        inventory.find(secretType, (properties, { id }) => id !== self?.id && named(properties))
      ) {
        throw new AwsError(
          "ResourceExistsException",
          `The operation failed because the secret ${name} already exists.`,
        );
      }
    },
    onChanged: (self, inventory, gone) => {
      if (gone && self.properties.recoveryWindowInDays !== 0) {
        inventory.put({ ...self, type: scheduledType });
      }
    },
  },

  [versionType]: {
    inputs: inputNames[versionType],
    replaceOnChanges: "secretId secretString secretBinary",
    checkFailures: (inputs) =>
      failuresIn(
        failWhen(
          !["secretString", "secretBinary", "secretStringWo"].some((name) => inputs.has(name)),
          "secretString",
          "InvalidParameterException",
          "You must provide either SecretString or SecretBinary.",
        ),
      ),
    initialOutputs: (inputs, account) => {
      const secretId = inputs.text("secretId") ?? "";
      const versionId = account.hex(32);
      return {
        id: `${secretId}|${versionId}`,
        arn: secretId,
        secretArn: secretId,
        versionId,
        versionStages: ["AWSCURRENT"],
        hasSecretStringWo: false,
      };
    },
    validate: (inputs, inventory) => {
      if (!inventory.byId(secretType, inputs.text("secretId"))) {
        throw new AwsError(
          "ResourceNotFoundException",
          "Secrets Manager can't find the specified secret.",
        );
      }
    },
  },
};

const isRecoveryWindow = (days: number | undefined): boolean =>
  days === undefined || days === 0 || (days >= 7 && days <= 30);
