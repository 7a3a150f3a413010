import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { ResourceTypes } from "../../engine/resourceType";
import { names } from "../names";

const topicType = "aws:sns/topic:Topic";
const subscriptionType = "aws:sns/topicSubscription:TopicSubscription";

/** Atoms with dots between them, and a host of two labels or more. */
const mailbox =
  /^(?=.{1,64}@)[^\s@.<>()",:;\\[\]]+(\.[^\s@.<>()",:;\\[\]]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;

/** Topics and their subscriptions. */
export const sns: ResourceTypes = {
  [topicType]: {
    inputs: inputNames[topicType],
    replaceOnChanges: "name namePrefix fifoTopic",
    defaults: { contentBasedDeduplication: false, fifoTopic: false },
    naming: names.topic,
    initialOutputs: (inputs, account) => {
      const name = inputs.text("name") ?? `${inputs.text("namePrefix") ?? ""}${account.hex(26)}`;
      const arn = `arn:aws:sns:${account.region}:${account.id}:${name}`;
      return { id: arn, arn, name, owner: account.id, signatureVersion: 0, tracingConfig: "" };
    },
    validate: (inputs, inventory, self) => {
      const name = inputs.text("name");
      const same = inventory.find(
        topicType,
        (topic, item) => item.id !== self?.id && topic.text("name") === name,
      );
      if (same) {
        // CreateTopic returns the existing topic; with other tags or attributes it refuses like this.
        throw new AwsError("InvalidParameter", `Topic already exists: ${same.arn}`);
      }
    },
  },

  [subscriptionType]: {
    inputs: inputNames[subscriptionType],
    replaceOnChanges: "endpoint protocol topic",
    defaults: {
      confirmationTimeoutInMinutes: 1,
      endpointAutoConfirms: false,
      rawMessageDelivery: false,
    },
    checkFailures: (inputs) =>
      failuresIn(
        notAmong(inputs, "protocol", "InvalidParameter", [
          "application",
          "email",
          "email-json",
          "firehose",
          "http",
          "https",
          "lambda",
          "sms",
          "sqs",
        ]),
        failWhen(
          (inputs.text("protocol") ?? "").startsWith("email") &&
            !mailbox.test(inputs.text("endpoint") ?? "un@known.org"),
          "endpoint",
          "InvalidParameter",
          "Invalid parameter: Email address",
        ),
      ),
    initialOutputs: (inputs, account) => {
      const arn = `${inputs.text("topic")}:${account.hex(32)}`;
      const isEmail = (inputs.text("protocol") ?? "").startsWith("email");
      return {
        id: arn,
        arn,
        ownerId: account.id,
        confirmationWasAuthenticated: !isEmail,
        pendingConfirmation: isEmail,
        filterPolicyScope: "",
      };
    },
    validate: (inputs, inventory) => {
      if (inventory.byArn(inputs.text("topic"))?.type !== topicType) {
        throw new AwsError("NotFound", `Topic does not exist: ${inputs.text("topic")}`);
      }
    },
  },
};
