import { type CaseTable, on, unknown } from "./case";

const distribution = "aws:cloudfront/distribution:Distribution";
const viewers = (viewerProtocolPolicy: string) => ({
  defaultCacheBehavior: { viewerProtocolPolicy },
});
const origin = (customOriginConfig: object) => ({
  origins: [{ originId: "media", customOriginConfig }],
});
const tls = { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] };
const version = (minimumProtocolVersion?: string) => ({
  viewerCertificate: { minimumProtocolVersion },
});
const header = (...names: string[]) => ({
  origins: [{ originId: "media", customHeaders: names.map((name) => ({ name, value: "x" })) }],
});
const behaviour = (more: object = {}) => ({
  defaultCacheBehavior: { targetOriginId: "media", ...more },
});

export const cloudfrontAndAcm: CaseTable = {
  "cloudfront-viewer-tls": on(
    distribution,
    {},
    {
      good: [viewers("redirect-to-https"), viewers("https-only")],
      bad: [viewers("allow-all"), {}],
      nearBad: [
        {
          ...viewers("https-only"),
          orderedCacheBehaviors: [{ viewerProtocolPolicy: "allow-all" }],
        },
      ],
      unknown: [
        viewers(unknown.string),
        { ...viewers("https-only"), orderedCacheBehaviors: unknown.array },
      ],
    },
  ),
  "cloudfront-origin-tls": on(
    distribution,
    {},
    {
      good: [origin(tls), { origins: [{ originId: "bucket" }] }],
      bad: [origin({ ...tls, originProtocolPolicy: "http-only" })],
      nearBad: [
        origin({ ...tls, originProtocolPolicy: "match-viewer" }),
        origin({ ...tls, originSslProtocols: ["TLSv1.2", "TLSv1.1"] }),
      ],
      unknown: [{ origins: unknown.array }, origin({ ...tls, originSslProtocols: unknown.array })],
    },
  ),
  "cloudfront-tls-version": on(
    distribution,
    {},
    {
      good: [version("TLSv1.2_2021"), version("TLSv1.3_2025")],
      bad: [{}, version("TLSv1"), version("TLSv1.1_2016")],
      nearGood: [version("TLSv1.2_2025")],
      nearBad: [version("TLSv1.2_2019"), version("TLSv1.1_2021"), version("xTLSv1.2_2021")],
      unknown: [version(unknown.string)],
    },
  ),
  "cloudfront-logging": on(
    distribution,
    {},
    {
      good: [{ loggingConfig: { bucket: "logs" }, webAclId: "acl" }],
      bad: [{}],
      nearBad: [{ webAclId: "acl" }, { loggingConfig: { bucket: "logs" } }],
      unknown: [{ loggingConfig: { bucket: "logs" }, webAclId: unknown.string }],
    },
  ),
  "cloudfront-signed-viewers": on(distribution, behaviour(), {
    good: [{}, { ...header("Authorization"), ...behaviour({ trustedKeyGroups: ["group"] }) }],
    bad: [header("Authorization"), header("X-Other", "Authorization")],
    nearGood: [
      header("X-Other"),
      { ...header("Authorization"), ...behaviour({ targetOriginId: "other" }) },
    ],
    nearBad: [
      { ...header("authorization"), ...behaviour({ trustedKeyGroups: [] }) },
      {
        ...header("Authorization"),
        ...behaviour({ trustedKeyGroups: ["group"] }),
        orderedCacheBehaviors: [{ targetOriginId: "media" }],
      },
    ],
    unknown: [
      { ...header("Authorization"), ...behaviour({ trustedKeyGroups: unknown.array }) },
      header(unknown.string),
    ],
  }),
  "certificate-strength": on(
    "aws:acm/certificate:Certificate",
    { domainName: "media.example.org" },
    {
      good: [{}, { keyAlgorithm: "RSA_2048" }, { keyAlgorithm: "EC_prime256v1" }],
      bad: [{ keyAlgorithm: "RSA_1024" }, { domainName: "*.example.org" }],
      nearGood: [{ keyAlgorithm: "EC_secp384r1", domainName: "a*.example.org" }],
      nearBad: [
        { subjectAlternativeNames: ["a.example.org", "*.example.org"] },
        { keyAlgorithm: "RSA" },
      ],
      unknown: [{ keyAlgorithm: unknown.string }, { domainName: unknown.string }],
    },
  ),
};
