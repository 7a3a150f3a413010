import { createPrivateKey, X509Certificate } from "node:crypto";
import type { IssuedTlsPlan, TlsPlan, TlsVersions } from "../plan/types";
import type { Entry, State } from "../state";

/** What a TLS listener serves, or why it cannot serve anything. */
export function planTls(state: State, listener: Entry): TlsPlan | IssuedTlsPlan | string {
  const arn = listener.text("certificateArn");
  if (arn === "") return "it has no certificateArn";
  const versions = tlsVersions(listener.text("sslPolicy"));
  if (!versions) return `sslPolicy ${listener.text("sslPolicy")} is not known`;
  const certificate = state.find("aws:acm/certificate:Certificate", "arn", arn);
  if (certificate && isIssued(state, certificate)) {
    return { names: certificate.texts("subjectAlternativeNames"), ...versions };
  }
  const [body, key] = [certificate?.text("certificateBody"), certificate?.text("privateKey")];
  if (!body || !key) {
    return (
      `the private key of certificate ${arn} is not in the state, so no TLS can be served here; ` +
      "use one that the stack requests (domainName) or signs itself"
    );
  }
  if (!matches(body, key)) return `certificate ${arn} and its private key do not fit together`;
  const chain = certificate?.text("certificateChain") ?? "";
  return { certificate: [body, chain].filter(Boolean).join("\n"), key, ...versions };
}

/** ACM issues what was requested once the names are proven. */
const isIssued = (state: State, certificate: Entry): boolean =>
  certificate.text("domainName") !== "" &&
  state.find(
    "aws:acm/certificateValidation:CertificateValidation",
    "certificateArn",
    certificate.text("arn"),
  ) !== undefined;

function matches(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/**
 * TLS versions of an ELB security policy; undefined for an unknown name. Versions below TLS 1.2, which the default
 * ELBSecurityPolicy-2016-08 allows, are not served here.
 */
export function tlsVersions(policy: string): TlsVersions | undefined {
  const name = policy || "ELBSecurityPolicy-2016-08";
  if (/^ELBSecurityPolicy-TLS13-1-3-/.test(name)) {
    return { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" };
  }
  if (/^ELBSecurityPolicy-TLS13-1-[012]-/.test(name)) {
    return { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" };
  }
  return /^ELBSecurityPolicy-(TLS-1-[012]-|FS-|20\d\d-\d\d)/.test(name)
    ? { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }
    : undefined;
}
