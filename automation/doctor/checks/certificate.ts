import { type CertificateDetail, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { type Finding, fault, notChecked, ok, warning } from "../../checks/finding";
import type { DoctorCheck } from "../context";
import { missingOr, placeFault } from "../placement";

const subject = "certificateArn";
const list = `aws acm list-certificates; pulumi config set ${subject} <its ARN>`;

/** A certificate that exists: that it is issued, valid, of a kind that the load balancer takes, and for the stack's name. */
export const certificate: DoctorCheck = {
  subject,
  reads: ["aws:region", "certificateArn", "domainName", "hostedZoneName"],
  applies: ({ settings }) => settings.certificate.kind === "existing",
  run: async ({ aws, settings, identity, region }, abortSignal) => {
    if (settings.certificate.kind !== "existing") return [];
    const { arn: CertificateArn, domain } = settings.certificate;
    const misplaced = placeFault(CertificateArn, await identity(), region);
    if (misplaced) return [fault(subject, `${CertificateArn} ${misplaced}`, list)];
    try {
      const command = new DescribeCertificateCommand({ CertificateArn });
      const { Certificate = {} } = await aws.acm.send(command, { abortSignal });
      return certificateFindings(CertificateArn, Certificate, domain?.domainName, new Date());
    } catch (error) {
      if (abortSignal.aborted) throw error;
      return [missingOr(subject, CertificateArn, error, list)];
    }
  },
};

/**
 * As ACM names them, with hyphens or underscores. RSA_4096 is not among them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html
 */
const keyAlgorithms = [
  ...["RSA_1024", "RSA_2048", "RSA_3072"],
  ...["EC_prime256v1", "EC_secp384r1", "EC_secp521r1"],
];

const dayOf = (time: Date | undefined) => time?.toISOString().slice(0, 10);

const renewalDays = 30;
const msPerDay = 24 * 3_600_000;

/** `host` is undefined where clients use the load balancer's own name. */
export function certificateFindings(
  arn: string,
  certificate: CertificateDetail,
  host: string | undefined,
  now: Date,
): Finding[] {
  const { Status, KeyAlgorithm, NotBefore, NotAfter, ...rest } = certificate;
  const algorithm = (KeyAlgorithm ?? "").replaceAll("-", "_");
  const until = dayOf(NotAfter);
  const names = [...new Set([rest.DomainName ?? "", ...(rest.SubjectAlternativeNames ?? [])])];
  const wrong = [
    ...(Status === "ISSUED" ? [] : [`is ${Status}`]),
    ...(NotAfter && NotAfter <= now ? [`has expired, on ${until}`] : []),
    ...(NotBefore && NotBefore > now ? [`is valid from ${NotBefore.toISOString()} only`] : []),
    ...(algorithm === "" || keyAlgorithms.includes(algorithm)
      ? []
      : [`has a key of ${algorithm}; the load balancer takes ${keyAlgorithms.join(", ")}`]),
    ...(isForServers(certificate) ? [] : ["is not for TLS servers, by its extended key usage"]),
    ...(host === undefined || names.some((name) => isFor(name, host))
      ? []
      : [`is for ${names.join(", ")}, not for domainName ${host}`]),
  ];
  if (wrong.length > 0) return wrong.map((text) => fault(subject, `${arn} ${text}`, list));
  const unknown = [
    ...(algorithm === "" ? ["its key's algorithm"] : []),
    ...(NotAfter === undefined ? ["how long it is valid"] : []),
  ];
  const isDueSoon =
    NotAfter !== undefined && NotAfter.getTime() - now.getTime() < renewalDays * msPerDay;
  return [
    ok(subject, `${arn}, for ${names.join(", ")}${until ? `, until ${until}` : ""}`),
    ...(unknown.length > 0 ? [notChecked(subject, `ACM does not say ${unknown.join(", ")}`)] : []),
    ...trustFindings(arn, certificate),
    ...(host === undefined ? [namelessFinding(arn, names)] : []),
    ...renewalFindings(arn, certificate, isDueSoon),
  ];
}

/** A certificate without the extension is for everything. */
const isForServers = ({ ExtendedKeyUsages = [] }: CertificateDetail): boolean =>
  ExtendedKeyUsages.length === 0 ||
  ExtendedKeyUsages.some(({ Name = "" }) =>
    ["TLS_WEB_SERVER_AUTHENTICATION", "ANY", "NONE"].includes(Name),
  );

/** Certificates that clients do not trust by themselves. */
function trustFindings(arn: string, { Type, Issuer, Subject = "" }: CertificateDetail): Finding[] {
  const subjectValues = Subject.split(",").map((part) => part.split("=").slice(1).join("="));
  const isSelfSigned =
    Type === "IMPORTED" && Issuer !== undefined && [Subject, ...subjectValues].includes(Issuer);
  const why = isSelfSigned
    ? `is signed by its own holder, ${Issuer}`
    : Type === "PRIVATE"
      ? "is of a private authority"
      : undefined;
  if (why === undefined) return [];
  const message = `${arn} ${why}: only clients that are given that authority connect`;
  return [warning(subject, message, "aws acm request-certificate, or give it to all clients")];
}

const namelessFinding = (arn: string, names: readonly string[]): Finding =>
  warning(
    subject,
    `domainName is not set: clients use the load balancer's own name, for which ${arn} is not valid`,
    `pulumi config set domainName <one of ${names.join(", ")}>; pulumi config set hostedZoneName <its zone>`,
  );

function renewalFindings(
  arn: string,
  { NotAfter, RenewalEligibility, RenewalSummary }: CertificateDetail,
  isDueSoon: boolean,
): Finding[] {
  const until = dayOf(NotAfter);
  const look = `aws acm describe-certificate --certificate-arn ${arn}`;
  const status = RenewalSummary?.RenewalStatus;
  if (status === "FAILED") {
    const message = `ACM failed to renew ${arn}, which expires on ${until}`;
    const remedy = `${look} for RenewalStatusReason, or request another certificate`;
    return [isDueSoon ? fault(subject, message, remedy) : warning(subject, message, remedy)];
  }
  if (!isDueSoon) return [];
  if (status === "PENDING_VALIDATION") {
    const message = `${arn} expires on ${until}, and ACM waits for proof of its names to renew it`;
    return [warning(subject, message, `${look}; write the ResourceRecord that it shows`)];
  }
  if (RenewalEligibility === "ELIGIBLE") return [];
  const message = `${arn} expires on ${until}, and ACM does not renew it`;
  const remedy = `import its successor with aws acm import-certificate --certificate-arn ${arn}`;
  return [warning(subject, message, remedy)];
}

/** A wildcard stands for one label (RFC 6125). */
function isFor(name: string, host: string): boolean {
  const [wanted, asked] = [name.toLowerCase(), host.toLowerCase()];
  if (!wanted.startsWith("*.")) return wanted === asked;
  const [, ...parent] = asked.split(".");
  return wanted === `*.${parent.join(".")}`;
}
