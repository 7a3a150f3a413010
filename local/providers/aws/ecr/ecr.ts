import type { Inventory, Item } from "../../../account/accountStore";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { isList, isObject, type Value } from "../../engine/wire";
import { notKeyArn } from "../kms/kms";
import { names } from "../names";

export const repositoryType = "aws:ecr/repository:Repository";

/** A pushed image; stays in the repository when the resource that pushed it is deleted. */
export const pushedType = "pushed image";

/** Image repositories. */
export const ecr: ResourceTypes = {
  [repositoryType]: {
    inputs: inputNames[repositoryType],
    replaceOnChanges: "name encryptionConfigurations",
    defaults: { imageTagMutability: "MUTABLE" },
    naming: names.repository,
    checkFailures: (inputs) =>
      failuresIn(
        ...inputs
          .objects("encryptionConfigurations")
          .map((entry) => notKeyArn(entry, "kmsKey", "InvalidParameterException")),
        notAmong(inputs, "imageTagMutability", "InvalidParameterException", [
          "MUTABLE",
          "IMMUTABLE",
          "MUTABLE_WITH_EXCLUSION",
          "IMMUTABLE_WITH_EXCLUSION",
        ]),
      ),
    initialOutputs: (inputs, account) => {
      const name = inputs.text("name") ?? "";
      return {
        id: name,
        arn: `arn:aws:ecr:${account.region}:${account.id}:repository/${name}`,
        registryId: account.id,
        repositoryUrl: `${registryHost(account)}/${name}`,
        encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
      };
    },
    validate: (inputs, inventory, self) => {
      const same = inventory.byId(repositoryType, inputs.text("name"));
      if (same && same.arn !== self?.arn) {
        throw new AwsError(
          "RepositoryAlreadyExistsException",
          `The repository with name '${same.id}' already exists in the registry`,
        );
      }
    },
    validateDelete: ({ id, properties }, inventory) => {
      if (
        properties.forceDelete !== true &&
        pushedInto(properties.repositoryUrl, inventory).length
      ) {
        throw new AwsError(
          "RepositoryNotEmptyException",
          `The repository with name '${id}' cannot be deleted because it still contains images: ` +
            "set forceDelete",
        );
      }
    },
    onChanged: ({ properties }, inventory, gone) => {
      for (const image of gone ? pushedInto(properties.repositoryUrl, inventory) : []) {
        inventory.remove(image);
      }
    },
  },

  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    inputs: inputNames["aws:ecr/lifecyclePolicy:LifecyclePolicy"],
    replaceOnChanges: "policy repository",
    checkFailures: (inputs) => {
      const text = inputs.text("policy");
      return failuresIn(
        failWhen(
          text !== undefined && !isLifecyclePolicy(text),
          "policy",
          "InvalidParameterException",
          "Lifecycle policy validation failure: it must be JSON with a list of rules, each with " +
            "rulePriority, selection and action",
        ),
      );
    },
    initialOutputs: (inputs, account) => ({
      id: inputs.text("repository") ?? "",
      registryId: account.id,
    }),
    validate: (inputs, inventory) => {
      const repository = inputs.text("repository");
      if (!inventory.byId(repositoryType, repository)) {
        throw new AwsError(
          "RepositoryNotFoundException",
          `The repository with name '${repository}' does not exist in the registry`,
        );
      }
    },
  },
};

export const registryHost = ({ id, region }: { readonly id: string; readonly region: string }) =>
  `${id}.dkr.ecr.${region}.amazonaws.com`;

export const pushedInto = (repositoryUrl: Value | undefined, inventory: Inventory): Item[] =>
  inventory.of(pushedType).filter(({ properties }) => properties.repositoryUrl === repositoryUrl);

/** @throws AwsError when ECR would refuse the push: no such repository, or an immutable tag that exists. */
export function validatePush(tag: string, inventory: Inventory): void {
  const url = repositoryOf(tag);
  const repository = inventory.find(
    repositoryType,
    (properties: Inputs) => properties.text("repositoryUrl") === url,
  );
  if (!repository) {
    throw new AwsError(
      "RepositoryNotFoundException",
      `push of ${tag}: there is no repository ${url}`,
    );
  }
  const isUsed = pushedInto(url, inventory).some((image) => image.id === tag);
  if (isUsed && String(repository.properties.imageTagMutability).startsWith("IMMUTABLE")) {
    throw new AwsError(
      "ImageTagAlreadyExistsException",
      `The image tag '${tag.slice(url.length + 1)}' already exists in the '${repository.id}' ` +
        "repository and cannot be overwritten because the tag is immutable.",
    );
  }
}

/** The repository of `host/name:tag`. */
export const repositoryOf = (tag: string): string =>
  tag.replace(/(@sha256:[0-9a-f]+|:[\w.-]+)$/, "");

function isLifecyclePolicy(text: string): boolean {
  try {
    const policy = JSON.parse(text) as Value;
    return (
      isObject(policy) &&
      isList(policy.rules) &&
      policy.rules.length > 0 &&
      policy.rules.every(
        (rule) =>
          isObject(rule) &&
          typeof rule.rulePriority === "number" &&
          isObject(rule.selection) &&
          isObject(rule.action),
      )
    );
  } catch {
    return false;
  }
}
