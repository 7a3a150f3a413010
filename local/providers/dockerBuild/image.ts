import type { Inventory } from "../../account/accountStore";
import { pushedType, repositoryOf, validatePush } from "../aws/ecr/ecr";
import { type CheckFailure, failuresIn, failWhen } from "../engine/checkFailure";
import { inputNames } from "../engine/inputNames";
import type { Inputs } from "../engine/inputs";
import type { ResourceTypes } from "../engine/resourceType";
import { buildProblems, contextDigest } from "./buildContext";

const token = "docker-build:index:Image";

/** Images: nothing is built; the digest is that of Dockerfile, context and build arguments. */
export const image: ResourceTypes = {
  [token]: {
    inputs: inputNames[token],
    replaceOnChanges: "",
    checkFailures: imageFailures,
    staleOutputs: (news, outputs) =>
      contextDigest(news) === outputs.text("contextHash") ? [] : ["contextHash"],
    initialOutputs: (_inputs, account) => ({ id: account.hex(20) }),
    computedOutputs: (inputs) => {
      const contextHash = contextDigest(inputs);
      const tag = inputs.isUnknown("tags") ? inputs.value("tags") : tagsOf(inputs)[0];
      return {
        contextHash,
        digest: `sha256:${contextHash}`,
        ref: `${tag ?? ""}@sha256:${contextHash}`,
      };
    },
    validate: (inputs, inventory) => {
      for (const tag of pushedTags(inputs)) {
        validatePush(tag, inventory);
      }
    },
    onChanged: (self, inventory, gone) => {
      // A pushed image stays in the registry when the resource is deleted, as with the official provider.
      if (!gone) {
        push(self.properties, inventory);
      }
    },
  },
};

function imageFailures(inputs: Inputs): CheckFailure[] {
  return [
    ...buildProblems(inputs),
    ...failuresIn(
      failWhen(
        inputs.flag("push") === true &&
          inputs.count("tags") === 0 &&
          inputs.count("exports") === 0 &&
          !inputs.isUnknown("tags"),
        "tags",
        "InvalidArgument",
        "at least one tag or export is needed when pushing is enabled",
      ),
    ),
  ];
}

/** Tags, known or not. */
const tagsOf = (inputs: Inputs): string[] => {
  const tags = inputs.value("tags");
  return Array.isArray(tags) ? tags.map(String) : [];
};

const pushedTags = (inputs: Inputs): string[] =>
  inputs.flag("push") === true ? inputs.texts("tags") : [];

function push(properties: import("../engine/wire").Properties, inventory: Inventory): void {
  if (properties.push !== true || !Array.isArray(properties.tags)) {
    return;
  }
  for (const tag of properties.tags.map(String)) {
    inventory.put({
      type: pushedType,
      id: tag,
      arn: "",
      region: "",
      properties: { digest: properties.digest ?? "", repositoryUrl: repositoryOf(tag) },
    });
  }
}
