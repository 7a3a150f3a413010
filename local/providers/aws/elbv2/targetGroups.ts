import { AwsError } from "../../engine/awsError";
import {
  type CheckFailure,
  failuresIn,
  failWhen,
  notAmong,
  notBetween,
  notMatching,
} from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { names } from "../names";
import { targetGroupsOf } from "./loadBalancers";

export const targetGroupType = "aws:lb/targetGroup:TargetGroup";

const protocols = ["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"];
const overUdp = ["UDP", "TCP_UDP", "QUIC", "TCP_QUIC"];

/** Target groups and their health checks. */
export const targetGroups: ResourceTypes = {
  [targetGroupType]: {
    inputs: inputNames[targetGroupType],
    replaceOnChanges: `name namePrefix port protocol protocolVersion targetType vpcId ipAddressType
      targetControlPort`,
    defaults: {
      deregistrationDelay: 300,
      lambdaMultiValueHeadersEnabled: false,
      proxyProtocolV2: false,
      slowStart: 0,
      targetType: "instance",
    },
    naming: names.targetGroup,
    checkFailures: (inputs) => [
      ...failuresIn(
        notMatching(inputs, "namePrefix", "ValidationError", /^.{1,6}$/, "up to 6 characters"),
        notAmong(inputs, "targetType", "ValidationError", ["instance", "ip", "lambda", "alb"]),
        notAmong(inputs, "protocol", "ValidationError", protocols),
        notBetween(inputs, "port", "ValidationError", [1, 65535]),
        notBetween(inputs, "deregistrationDelay", "ValidationError", [0, 3600]),
        ...["port", "protocol", "vpcId"].map((name) =>
          failWhen(
            inputs.text("targetType") !== "lambda" && !inputs.has(name),
            name,
            "ValidationError",
            `"${name}" must be specified`,
          ),
        ),
        failWhen(
          inputs.has("protocolVersion") && !/^HTTPS?$/.test(inputs.text("protocol") ?? "HTTP"),
          "protocolVersion",
          "InvalidConfigurationRequest",
          `protocol version cannot be specified for ${inputs.text("protocol")} target groups`,
        ),
        failWhen(
          overUdp.includes(inputs.text("protocol") ?? "") &&
            String(inputs.value("preserveClientIp") ?? "true") === "false",
          "preserveClientIp",
          "InvalidConfigurationRequest",
          "client IP preservation cannot be disabled for UDP target groups",
        ),
      ),
      ...healthFailures(inputs),
    ],
    initialOutputs: (inputs, account) => {
      const name = inputs.text("name") ?? `${inputs.text("namePrefix") ?? "tf-"}${account.hex(20)}`;
      const suffix = `targetgroup/${name}/${account.hex(16)}`;
      const arn = `arn:aws:elasticloadbalancing:${account.region}:${account.id}:${suffix}`;
      return {
        id: arn,
        arn,
        arnSuffix: suffix,
        name,
        ipAddressType: "ipv4",
        loadBalancerArns: [],
        loadBalancingAlgorithmType: "",
        loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
      };
    },
    computedOutputs: (inputs) => {
      const protocol = inputs.text("protocol") ?? "";
      const isHttp = /^HTTPS?$/.test(protocol);
      const given = inputs.object("healthCheck");
      const checkProtocol = given.text("protocol") ?? (isHttp ? "HTTP" : "TCP");
      const checksHttp = checkProtocol !== "TCP";
      const health = {
        enabled: true,
        healthyThreshold: isHttp ? 5 : 3,
        interval: 30,
        matcher: checksHttp ? (isHttp ? "200" : "200-399") : "",
        path: checksHttp ? "/" : "",
        port: "traffic-port",
        protocol: checkProtocol,
        timeout: isHttp ? 5 : checksHttp ? 6 : 10,
        unhealthyThreshold: isHttp ? 2 : 3,
      };
      return {
        healthCheck: { ...health, ...(inputs.value("healthCheck") as object | undefined) },
        preserveClientIp: String(
          inputs.value("preserveClientIp") ??
            (overUdp.includes(protocol) || inputs.text("targetType") === "instance"),
        ),
      };
    },
    validate: (inputs, inventory, self) => {
      const name = inputs.text("name");
      const same = inventory.find(
        targetGroupType,
        (group, item) => item.id !== self?.id && name !== undefined && group.text("name") === name,
      );
      if (same) {
        throw new AwsError(
          "DuplicateTargetGroupName",
          `A target group with the same name '${name}' exists, but with different settings`,
        );
      }
    },
    validateDelete: ({ arn }, inventory) => {
      const listener = inventory.find("aws:lb/listener:Listener", (properties) =>
        targetGroupsOf(properties).includes(arn),
      );
      if (listener) {
        throw new AwsError(
          "ResourceInUse",
          `Target group '${arn}' is currently in use by a listener or a rule, ${listener.arn}`,
        );
      }
    },
  },
};

function healthFailures(inputs: Inputs): CheckFailure[] {
  const health = inputs.object("healthCheck");
  const isUdp = overUdp.includes(inputs.text("protocol") ?? "");
  const protocol = health.text("protocol");
  const [interval, timeout] = [health.number("interval") ?? 30, health.number("timeout")];
  const isPlainTcp =
    protocol === "TCP" || (!health.has("protocol") && !inputs.text("protocol")?.startsWith("HTTP"));
  return failuresIn(
    notAmong(health, "protocol", "InvalidConfigurationRequest", ["HTTP", "HTTPS", "TCP"]),
    notBetween(health, "healthyThreshold", "ValidationError", [2, 10]),
    notBetween(health, "unhealthyThreshold", "ValidationError", [2, 10]),
    notBetween(health, "interval", "ValidationError", [5, 300]),
    notBetween(health, "timeout", "ValidationError", [2, 120]),
    failWhen(
      timeout !== undefined && timeout >= interval,
      "timeout",
      "ValidationError",
      `Health check timeout '${timeout}' must be smaller than the interval '${interval}'`,
    ),
    failWhen(
      health.text("port") !== undefined && !isHealthPort(health.text("port")),
      "port",
      "ValidationError",
      `Health check port '${health.text("port")}' must be 'traffic-port' or in the range of 1 - 65535`,
    ),
    notMatching(
      health,
      "path",
      "ValidationError",
      /^\/[!-~]{0,1023}$/,
      'up to 1024 characters, the first one "/"',
    ),
    // The default, the traffic port, is open for UDP only, so it does not answer TCP or HTTP checks.
    failWhen(
      isUdp &&
        !inputs.isUnknown("healthCheck") &&
        (!health.has("port") || health.text("port") === "traffic-port"),
      "port",
      "InvalidConfigurationRequest",
      "the health check of a UDP target group needs a port of its own that answers TCP or HTTP",
    ),
    ...["path", "matcher"].map((name) =>
      failWhen(
        isPlainTcp && health.has(name),
        name,
        "InvalidConfigurationRequest",
        `health check "${name}" is not supported for health check protocol TCP`,
      ),
    ),
  ).map(({ property, reason }) => ({ property: `healthCheck.${property}`, reason }));
}

const isHealthPort = (port = ""): boolean =>
  port === "traffic-port" || (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535);

/** The group's protocol, for the listeners that forward to it. */
export const protocolOf = (properties: import("../../engine/wire").Properties): string =>
  new Inputs(properties).text("protocol") ?? "";
