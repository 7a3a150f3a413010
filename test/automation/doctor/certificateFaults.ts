import * as samples from "../../config/samples";
import type { Row } from "./fixtures";

const ownName = { domainName: "media.example.org" };
const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

/** Of the stack's domain name. */
const certificateRow = (
  fault: string,
  certificate: object,
  finds: Row["finds"],
  certificateArn = samples.certificateArn,
): Row => ({
  fault,
  config: { certificateArn },
  facts: { certificates: { [certificateArn]: { domainName: "a.org", ...certificate } } },
  finds,
});

/** Certificates that are given. */
export const certificateFaults: readonly Row[] = [
  certificateRow("a certificate that has expired", { status: "EXPIRED" }, [
    "fault",
    "certificateArn",
    /is EXPIRED/,
    /aws acm list-certificates/,
  ]),
  certificateRow("a certificate after its time", { notAfter: "2020-01-01T00:00:00Z" }, [
    "fault",
    "certificateArn",
    /has expired, on 2020-01-01/,
  ]),
  certificateRow("a certificate for another name", { domainName: "other.example.org" }, [
    "fault",
    "certificateArn",
    /is for other\.example\.org, not for domainName media\.example\.org/,
  ]),
  certificateRow("a wildcard for a name of one label more", { domainName: "*.org" }, [
    "fault",
    "certificateArn",
    /is for \*\.org, not for domainName media\.example\.org/,
  ]),
  certificateRow("a wildcard for the name, beside others", { otherNames: ["*.EXAMPLE.org"] }, [
    "ok",
    "certificateArn",
    /for a\.org, \*\.EXAMPLE\.org, until 2099-01-01/,
  ]),
  certificateRow(
    "a certificate with a key that the load balancer does not take",
    {
      ...{ domainName: "media.example.org", keyAlgorithm: "RSA-4096" },
    },
    ["fault", "certificateArn", /has a key of RSA_4096; the load balancer takes RSA_1024, /],
  ),
  certificateRow(
    "an imported certificate that expires soon",
    {
      ...{ domainName: "media.example.org", type: "IMPORTED" },
      notAfter: inDays(7),
    },
    [
      "warning",
      "certificateArn",
      /expires on \S+, and ACM does not renew it/,
      /import-certificate/,
    ],
  ),
  certificateRow("a certificate of a private authority", { ...ownName, type: "PRIVATE" }, [
    ...(["warning", "certificateArn"] as const),
    /is of a private authority: only clients that are given that authority connect$/,
  ]),
  certificateRow(
    "an imported certificate that is signed by itself",
    { ...ownName, type: "IMPORTED", issuer: ownName.domainName },
    ["warning", "certificateArn", /is signed by its own holder, media\.example\.org: /],
  ),
  certificateRow(
    "a certificate that is not for servers",
    { ...ownName, extendedKeyUsages: ["TLS_WEB_CLIENT_AUTHENTICATION"] },
    ["fault", "certificateArn", /is not for TLS servers/],
  ),
  certificateRow(
    "a certificate whose renewal failed, before its end",
    { ...ownName, renewalStatus: "FAILED", notAfter: inDays(7) },
    ["fault", "certificateArn", /ACM failed to renew \S+, which expires on/, /RenewalStatusReason/],
  ),
  certificateRow(
    "a certificate whose renewal failed, with time left",
    { ...ownName, renewalStatus: "FAILED", notAfter: inDays(45) },
    ["warning", "certificateArn", /ACM failed to renew/],
  ),
  certificateRow(
    "a certificate whose renewal waits for proof, before its end",
    { ...ownName, renewalStatus: "PENDING_VALIDATION", notAfter: inDays(7) },
    ["warning", "certificateArn", /ACM waits for proof of its names to renew it$/],
  ),
  {
    fault: "a certificate without a domain name",
    config: { certificateArn: samples.certificateArn, domainName: "", hostedZoneName: "" },
    facts: { certificates: { [samples.certificateArn]: ownName } },
    finds: [
      ...(["warning", "certificateArn"] as const),
      /domainName is not set: clients use the load balancer's own name, for which \S+ is not valid$/,
      /set domainName <one of media\.example\.org>/,
    ],
  },
  certificateRow(
    "a certificate of another partition",
    {},
    ["fault", "certificateArn", /is in partition aws-cn; the credentials are of aws$/],
    samples.certificateArn.replace("arn:aws:", "arn:aws-cn:"),
  ),
];
