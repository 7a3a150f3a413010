import { elbv2 } from "../../aws/typeTokens";
import { among, amongAnyCase, matches } from "../../kit/predicates";
import { resourceRule } from "../../kit/rule";
import { ask } from "../../kit/tristate";

const types = elbv2("TargetGroup");

export const targetGroupHealthCheck = resourceRule({
  name: "target-group-health-check",
  description:
    "Requires a health check that can succeed; a UDP group's needs a TCP port of its own.",
  severity: "medium",
  level: "always",
  ids: { checkov: ["CKV_AWS_261"] },
  remediationSteps:
    "Define healthCheck; a UDP group's with protocol TCP, HTTP or HTTPS and a port on which the target answers.",
  types,
  check: (group, report) => {
    // A function answers no probes but billed ones.
    if (report.is(group.get("targetType"), among("lambda"))) return;
    const check = group.get("healthCheck");
    report.refuse(
      ask(check, (property) => property.missing),
      check,
      "no health check is defined",
    );
    const enabled = check.get("enabled");
    report.refuse(ask(enabled, among("false")), enabled, "the health check is off");
    if (!report.is(group.get("protocol"), amongAnyCase("UDP", "TCP_UDP", "QUIC", "TCP_QUIC")))
      return;
    report.require(
      check.get("protocol"),
      amongAnyCase("TCP", "HTTP", "HTTPS"),
      "a UDP group cannot be checked with this protocol",
    );
    report.require(
      check.get("port"),
      matches(/^\d+$/),
      "nothing answers TCP on the port of the UDP group's traffic",
    );
  },
});

export const targetGroupName = resourceRule({
  name: "target-group-name",
  description: "Recommends target groups without a fixed name, which can be replaced in place.",
  severity: "low",
  level: "advisory",
  ids: {},
  remediationSteps: "Leave name out, or use namePrefix: a fixed name fails with ResourceInUse.",
  types,
  check: (group, report) => {
    const name = group.get("name");
    // The engine's own names end in seven hexadecimal digits.
    report.require(
      name,
      (text) => text.missing || matches(/-[0-9a-f]{7}$/)(text),
      "the name is fixed",
    );
  },
});

export const targetGroupRules = [targetGroupHealthCheck, targetGroupName] as const;
