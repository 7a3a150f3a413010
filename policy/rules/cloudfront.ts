import { aws } from "../aws/typeTokens";
import type { Findings } from "../kit/findings";
import { among, hasLength, isSet } from "../kit/predicates";
import type { Property } from "../kit/property";
import { resourceRule } from "../kit/rule";
import { allOf, ask, not } from "../kit/tristate";

const types = aws("cloudfront", "Distribution");

const behaviours = (distribution: Property, report: Findings): Property[] => [
  distribution.get("defaultCacheBehavior"),
  ...report.each(distribution.get("orderedCacheBehaviors")),
];

export const cloudfrontViewerTls = resourceRule({
  name: "cloudfront-viewer-tls",
  description: "Requires viewers of a distribution to use HTTPS.",
  severity: "medium",
  level: "always",
  ids: { fsbp: ["CloudFront.3"], checkov: ["CKV_AWS_34"] },
  remediationSteps: 'Set viewerProtocolPolicy to "redirect-to-https" or "https-only".',
  types,
  check: (distribution, report) => {
    for (const behaviour of behaviours(distribution, report)) {
      report.require(
        behaviour.get("viewerProtocolPolicy"),
        among("redirect-to-https", "https-only"),
        "viewers may come without TLS",
      );
    }
  },
});

export const cloudfrontOriginTls = resourceRule({
  name: "cloudfront-origin-tls",
  description: "Requires a distribution to reach its origins over TLS 1.2.",
  severity: "medium",
  level: "always",
  ids: { fsbp: ["CloudFront.9", "CloudFront.10"], checkov: ["CKV2_AWS_72"], cdkNag: ["CFR5"] },
  remediationSteps:
    'Set originProtocolPolicy to "https-only" and originSslProtocols to ["TLSv1.2"].',
  types,
  check: (distribution, report) => {
    for (const origin of report.each(distribution.get("origins"))) {
      const custom = origin.get("customOriginConfig");
      if (!report.is(custom, isSet)) continue;
      report.require(
        custom.get("originProtocolPolicy"),
        among("https-only"),
        "the origin may be asked in clear",
      );
      const protocols = custom.get("originSslProtocols");
      for (const protocol of report.each(protocols)) {
        report.require(protocol, among("TLSv1.2"), "the origin may be asked with old TLS");
      }
    }
  },
});

/** TLSv1.2_2021 and newer; the name holds the year of the list of ciphers. */
const isCurrent = (version: Property) => {
  const [, minor = "", year = ""] = /^TLSv1\.(\d)_(\d{4})$/.exec(version.text()) ?? [];
  return Number(minor) >= 2 && Number(year) >= 2021;
};

export const cloudfrontTlsVersion = resourceRule({
  name: "cloudfront-tls-version",
  description: "Requires TLS 1.2 of the viewers of a distribution.",
  severity: "medium",
  level: "always",
  ids: { checkov: ["CKV_AWS_174"], cdkNag: ["CFR4"] },
  remediationSteps:
    "Set viewerCertificate.minimumProtocolVersion to TLSv1.2_2021 or newer, with a certificate of your own.",
  types,
  check: (distribution, report) =>
    report.require(
      distribution.at("viewerCertificate.minimumProtocolVersion"),
      isCurrent,
      "viewers may come with old TLS",
    ),
});

export const cloudfrontLogging = resourceRule({
  name: "cloudfront-logging",
  description: "Recommends access logs and a web ACL of a distribution.",
  severity: "medium",
  level: "advisory",
  ids: { fsbp: ["CloudFront.5", "CloudFront.6"], checkov: ["CKV_AWS_86", "CKV_AWS_68"] },
  remediationSteps: "Set loggingConfig.bucket and webAclId.",
  types,
  check: (distribution, report) => {
    report.require(distribution.at("loggingConfig.bucket"), isSet, "requests are not logged");
    report.require(distribution.get("webAclId"), isSet, "no web ACL guards the distribution");
  },
});

export const cloudfrontSignedViewers = resourceRule({
  name: "cloudfront-signed-viewers",
  description: "Requires signed viewers where a distribution sends the origin a secret of its own.",
  severity: "critical",
  level: "always",
  ids: {},
  remediationSteps:
    "Set trustedKeyGroups on each behaviour of the origin: MediaMTX does not authenticate requests that carry the CDN secret.",
  types,
  check: (distribution, report) => {
    for (const origin of report.each(distribution.get("origins"))) {
      const tellsSecret = report
        .each(origin.get("customHeaders"))
        .some((header) =>
          report.is(header.get("name"), (name) => name.text().toLowerCase() === "authorization"),
        );
      if (!tellsSecret) continue;
      for (const behaviour of behaviours(distribution, report)) {
        const isOfOrigin = ask(
          behaviour.get("targetOriginId"),
          (id) => id.text() === origin.get("originId").text(),
        );
        const groups = behaviour.get("trustedKeyGroups");
        report.refuse(
          allOf(isOfOrigin, not(ask(groups, hasLength(1)))),
          behaviour,
          "everyone on the internet may watch",
        );
      }
    }
  },
});

export const cloudfrontRules = [
  cloudfrontViewerTls,
  cloudfrontOriginTls,
  cloudfrontTlsVersion,
  cloudfrontLogging,
  cloudfrontSignedViewers,
] as const;
