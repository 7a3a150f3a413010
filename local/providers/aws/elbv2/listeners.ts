import type { Inventory, Item } from "../../../account/accountStore";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong, notBetween } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import type { Properties } from "../../engine/wire";
import { loadBalancerType, targetGroupsOf } from "./loadBalancers";
import { sslPolicies } from "./sslPolicies";
import { protocolOf, targetGroupType } from "./targetGroups";

const listenerType = "aws:lb/listener:Listener";

/** Protocols of the target groups that a listener of each protocol may forward to. */
const compatible: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTP", "HTTPS"],
  HTTPS: ["HTTP", "HTTPS"],
  TCP: ["TCP", "TCP_UDP"],
  TLS: ["TCP", "TLS"],
  UDP: ["UDP", "TCP_UDP"],
  TCP_UDP: ["TCP_UDP"],
  GENEVE: ["GENEVE"],
  QUIC: ["QUIC", "TCP_QUIC"],
  TCP_QUIC: ["TCP_QUIC"],
};

/** Protocols that each kind of load balancer listens on. */
const served: Readonly<Record<string, readonly string[]>> = {
  application: ["HTTP", "HTTPS"],
  network: ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"],
  gateway: ["GENEVE"],
};

const alpnPolicies = ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"];

/** Listeners, and the target groups that they may forward to. */
export const listeners: ResourceTypes = {
  [listenerType]: {
    inputs: inputNames[listenerType],
    replaceOnChanges: "loadBalancerArn",
    checkFailures: (inputs) => {
      const protocol = inputs.text("protocol");
      const isSecure = protocol === "TLS" || protocol === "HTTPS";
      const isKnown = protocol !== undefined;
      return failuresIn(
        notAmong(inputs, "protocol", "ValidationError", Object.keys(compatible)),
        notBetween(inputs, "port", "ValidationError", [1, 65535]),
        failWhen(
          !inputs.isUnknown("defaultActions") && inputs.count("defaultActions") === 0,
          "defaultActions",
          "ValidationError",
          "A listener must have a default action",
        ),
        failWhen(
          isSecure && !inputs.has("certificateArn"),
          "certificateArn",
          "ValidationError",
          `A certificate must be specified for ${protocol} listeners`,
        ),
        failWhen(
          isKnown && !isSecure && inputs.has("certificateArn"),
          "certificateArn",
          "InvalidConfigurationRequest",
          `A certificate cannot be specified for ${protocol} listeners`,
        ),
        failWhen(
          isKnown && !isSecure && inputs.has("sslPolicy"),
          "sslPolicy",
          "InvalidConfigurationRequest",
          `An SSL policy cannot be specified for ${protocol} listeners`,
        ),
        notAmong(inputs, "sslPolicy", "SSLPolicyNotFound", sslPolicies),
        notAmong(inputs, "alpnPolicy", "ALPNPolicyNotSupported", alpnPolicies),
        failWhen(
          isKnown && protocol !== "TLS" && inputs.has("alpnPolicy"),
          "alpnPolicy",
          "ALPNPolicyNotSupported",
          `ALPN is supported by TLS listeners only, not by ${protocol}`,
        ),
        notBetween(inputs, "tcpIdleTimeoutSeconds", "ValidationError", [60, 6000]),
        failWhen(
          isKnown && protocol !== "TCP" && inputs.has("tcpIdleTimeoutSeconds"),
          "tcpIdleTimeoutSeconds",
          "InvalidConfigurationRequest",
          `the idle timeout can be set for TCP listeners only, not for ${protocol}`,
        ),
      );
    },
    initialOutputs: (inputs, account) => {
      const balancer = (inputs.text("loadBalancerArn") ?? "").replace(
        ":loadbalancer/",
        ":listener/",
      );
      const arn = `${balancer}/${account.hex(16)}`;
      return { id: arn, arn };
    },
    // The API's default policy still admits TLS 1.0; only the console's does not.
    computedOutputs: (inputs): Properties =>
      ["TLS", "HTTPS"].includes(inputs.text("protocol") ?? "") && !inputs.has("sslPolicy")
        ? { sslPolicy: "ELBSecurityPolicy-2016-08" }
        : {},
    validate: (inputs, inventory, self) => {
      const balancer = inventory.byArn(inputs.text("loadBalancerArn"));
      if (balancer?.type !== loadBalancerType) {
        throw new AwsError(
          "LoadBalancerNotFound",
          `Load balancer '${inputs.text("loadBalancerArn")}' not found`,
        );
      }
      validateProtocol(inputs, balancer);
      validatePort(inputs, inventory, balancer.arn, self);
      for (const arn of targetGroupsOf(inputs)) {
        validateTargetGroup(arn, inputs, inventory, balancer.arn);
      }
      validateCertificate(inputs.text("certificateArn"), inventory);
    },
  },
};

function validateProtocol(inputs: Inputs, { properties }: Item): void {
  const allowed = served[String(properties.loadBalancerType)] ?? [];
  const protocol = inputs.text("protocol") ?? "HTTP";
  if (!allowed.includes(protocol)) {
    throw new AwsError(
      "ValidationError",
      `Listener protocol '${protocol}' must be one of '${allowed.join(", ")}'`,
    );
  }
}

function validatePort(inputs: Inputs, inventory: Inventory, balancer: string, self?: Item): void {
  const port = inputs.number("port");
  const other = inventory.find(
    listenerType,
    (listener, item) =>
      item.id !== self?.id &&
      listener.text("loadBalancerArn") === balancer &&
      listener.number("port") === port,
  );
  if (other) {
    throw new AwsError(
      "DuplicateListener",
      `A listener already exists on port ${port} for this load balancer '${balancer}'`,
    );
  }
}

function validateTargetGroup(
  arn: string,
  inputs: Inputs,
  inventory: Inventory,
  balancer: string,
): void {
  const group = inventory.byArn(arn);
  if (group?.type !== targetGroupType) {
    throw new AwsError("TargetGroupNotFound", `Target groups '${arn}' not found`);
  }
  const protocol = inputs.text("protocol") ?? "HTTP";
  if (!compatible[protocol]?.includes(protocolOf(group.properties))) {
    throw new AwsError(
      "IncompatibleProtocols",
      `The target group protocol '${protocolOf(group.properties)}' is not compatible with the ` +
        `listener protocol '${protocol}'; allowed: ${compatible[protocol]?.join(", ")}`,
    );
  }
  const elsewhere = inventory.find(
    listenerType,
    (listener) =>
      listener.text("loadBalancerArn") !== balancer && targetGroupsOf(listener).includes(arn),
  );
  if (elsewhere) {
    throw new AwsError(
      "TargetGroupAssociationLimit",
      `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    );
  }
}

/** A certificate that is not in the inventory counts as existing in the account. */
function validateCertificate(arn: string | undefined, inventory: Inventory): void {
  const certificate = inventory.byArn(arn);
  const isValidated = inventory.find(
    "aws:acm/certificateValidation:CertificateValidation",
    (validation) => validation.text("certificateArn") === arn,
  );
  if (certificate?.properties.status === "PENDING_VALIDATION" && !isValidated) {
    throw new AwsError(
      "UnsupportedCertificate",
      `The certificate '${arn}' is not issued yet: use the ARN of its CertificateValidation`,
    );
  }
}
