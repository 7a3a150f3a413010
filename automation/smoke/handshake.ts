import { X509Certificate } from "node:crypto";
import { connect, type DetailedPeerCertificate, rootCertificates } from "node:tls";
import type { LocalNetwork } from "./context";

const tlsSchemes = ["rtmps:", "rtsps:", "https:"];

export const isTls = ({ protocol }: URL): boolean => tlsSchemes.includes(protocol);

/** What a TLS port shows. */
export interface Shown {
  readonly certificate: DetailedPeerCertificate;
  /** undefined when this machine trusts it. */
  readonly distrust: string | undefined;
  /** Signed with its own key. What OpenSSL says of such a one depends on its key usages. */
  readonly isSelfSigned: boolean;
  readonly protocol: string;
}

/** Looks at the certificate of a TLS port, trusted or not. */
export function handshake(
  {
    hostname,
    port,
    local,
  }: { readonly hostname: string; readonly port: number; readonly local: LocalNetwork | undefined },
  signal: AbortSignal,
): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const options = {
      host: local?.address ?? hostname,
      port,
      servername: hostname,
      rejectUnauthorized: false,
      timeout: 10_000,
      ...(local?.authority === undefined ? {} : { ca: [...rootCertificates, local.authority.pem] }),
    };
    const socket = connect(options, () => {
      const { authorized, authorizationError } = socket;
      const certificate = socket.getPeerCertificate(true);
      resolve({
        certificate,
        isSelfSigned: signsItself(new X509Certificate(certificate.raw)),
        distrust: authorized ? undefined : String(authorizationError),
        protocol: socket.getProtocol() ?? "",
      });
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer within 10 s")));
    socket.once("error", reject);
    signal.addEventListener("abort", () => socket.destroy(), { once: true });
  });
}

const signsItself = (certificate: X509Certificate): boolean =>
  certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
