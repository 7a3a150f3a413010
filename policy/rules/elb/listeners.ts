import { protocols } from "../../../shared/protocols";
import { tlsPolicies } from "../../aws/tlsPolicies";
import { classicElb, elbv2 } from "../../aws/typeTokens";
import { among, amongAnyCase, isSet, unsetOr } from "../../kit/predicates";
import { resourceRule } from "../../kit/rule";
import { ask, known, not } from "../../kit/tristate";

const types = elbv2("Listener");

/** Ports of the protocol table, plaintext left out. */
const securePorts = protocols.map(({ secure }) => secure.port);
const udpPorts = protocols.flatMap(({ secure }) => (secure.listener === "UDP" ? secure.port : []));

/** Listener protocols of Network Load Balancers. */
const isNetwork = amongAnyCase("TCP", "UDP", "TCP_UDP", "TLS", "QUIC", "TCP_QUIC");
const hasTls = amongAnyCase("TLS", "HTTPS");

export const listenerEncrypted = resourceRule({
  name: "listener-encrypted",
  description:
    "Requires TLS on listeners of Network and Classic Load Balancers, or UDP on the port of SRT.",
  severity: "critical",
  level: "production",
  waivedBy: "configuration",
  ids: { fsbp: ["ELB.3", "ELB.18"] },
  remediationSteps: `Set protocol to "TLS", of a Classic Load Balancer to "ssl" or "https"; UDP is for port ${udpPorts.join(", ")}, where SRT encrypts by itself.`,
  types: [...types, ...classicElb],
  check: (resource, report, { type }) => {
    const problem = "the listener does not encrypt";
    if (classicElb.includes(type)) {
      for (const listener of report.each(resource.get("listeners"))) {
        report.require(listener.get("lbProtocol"), amongAnyCase("SSL", "HTTPS"), problem);
      }
      return;
    }
    const protocol = resource.get("protocol");
    if (!report.is(protocol, isNetwork)) return;
    if (report.is(protocol, amongAnyCase("UDP"))) {
      report.require(resource.get("port"), among(...udpPorts), "UDP on a port that is not SRT's");
    } else report.require(protocol, hasTls, problem);
  },
});

export const listenerPorts = resourceRule({
  name: "listener-ports",
  description: "Requires listeners of Network Load Balancers to use the ports of the port list.",
  severity: "critical",
  level: "production",
  ids: {},
  remediationSteps: `Use one of the ports ${securePorts.join(", ")}, or name the port in the rule's configuration.`,
  config: {
    properties: {
      ports: {
        type: "array",
        items: { type: "integer", minimum: 1, maximum: 65535 },
        default: securePorts,
      },
    },
    defaults: { ports: securePorts },
  },
  types,
  check: (listener, report, { config }) => {
    if (!report.is(listener.get("protocol"), isNetwork)) return;
    report.require(
      listener.get("port"),
      among(...config.ports),
      "the port is not in the port list",
    );
  },
});

export const listenerTlsPolicy = resourceRule({
  name: "listener-tls-policy",
  description: "Requires a security policy without TLS 1.0 and 1.1 on TLS and HTTPS listeners.",
  severity: "high",
  level: "always",
  ids: {
    fsbp: ["ELB.17"],
    checkov: ["CKV_AWS_103", "CKV2_AWS_74"],
    other: ["trivy:AWS-0047"],
  },
  remediationSteps: `Set sslPolicy to "${tlsPolicies[0]}"; left out it is ELBSecurityPolicy-2016-08, with TLS 1.0.`,
  types,
  check: (listener, report) => {
    if (!report.is(listener.get("protocol"), hasTls)) return;
    report.require(
      listener.get("sslPolicy"),
      among(...tlsPolicies),
      "the TLS policy is not on the list of those with TLS 1.2 and later only",
    );
  },
});

export const listenerCertificate = resourceRule({
  name: "listener-certificate",
  description: "Requires a certificate on TLS and HTTPS listeners.",
  severity: "high",
  level: "always",
  ids: { other: ["cdk-nag:ELBv2ACMCertificateRequired", "guard:elbv2_acm_certificate_required"] },
  remediationSteps: "Set certificateArn to a certificate in ACM.",
  types,
  check: (listener, report) => {
    if (!report.is(listener.get("protocol"), hasTls)) return;
    report.require(listener.get("certificateArn"), isSet, "the listener has no certificate");
  },
});

export const listenerAlpn = resourceRule({
  name: "listener-alpn",
  description:
    "Requires TLS listeners not to negotiate HTTP/2, which the targets would get in clear.",
  severity: "medium",
  level: "advisory",
  ids: {},
  remediationSteps: 'Leave alpnPolicy out, or set it to "None" or "HTTP1Only".',
  types,
  check: (listener, report) =>
    report.require(
      listener.get("alpnPolicy"),
      unsetOr("None", "HTTP1Only"),
      "the listener negotiates HTTP/2",
    ),
});

export const listenerHttpRedirect = resourceRule({
  name: "listener-http-redirect",
  description: "Requires HTTP listeners to do nothing but redirect to HTTPS.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["ELB.1"], checkov: ["CKV_AWS_2"], other: ["trivy:AWS-0054"] },
  remediationSteps:
    'Set protocol to "HTTPS", or the default action to a redirect with protocol "HTTPS".',
  types,
  check: (listener, report) => {
    if (!report.is(listener.get("protocol"), amongAnyCase("HTTP"))) return;
    const actions = listener.get("defaultActions");
    report.refuse(
      ask(actions, (list) => list.items().length === 0),
      actions,
      "plain HTTP without a redirect",
    );
    for (const action of report.each(actions)) {
      const target = action.at("redirect.protocol");
      if (report.is(action.get("type"), among("redirect"))) {
        report.refuse(not(ask(target, among("HTTPS"))), target, "the redirect stays on plain HTTP");
      } else if (!action.get("type").unknown) {
        report.refuse(known(true), action, "plain HTTP without a redirect");
      }
    }
  },
});

export const listenerRules = [
  listenerEncrypted,
  listenerPorts,
  listenerTlsPolicy,
  listenerCertificate,
  listenerAlpn,
  listenerHttpRedirect,
] as const;
