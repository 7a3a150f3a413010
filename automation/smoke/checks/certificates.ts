import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate } from "node:tls";
import { checkServerIdentity, connect, rootCertificates } from "node:tls";
import type { CertificateSettings } from "../../../config";
import type { Check } from "../../checks/examine";
import { reasonOf } from "../../checks/examine";
import { type Finding, fault, ok, warning } from "../../checks/finding";
import type { LocalNetwork, SmokeContext } from "../context";
import { until } from "../retry";

/** What a TLS port shows. */
export interface Shown {
  readonly certificate: DetailedPeerCertificate;
  /** undefined when this machine trusts it. */
  readonly distrust: string | undefined;
  /** Signed with its own key. What OpenSSL says of such a one depends on its key usages. */
  readonly isSelfSigned: boolean;
  readonly protocol: string;
}

const tlsSchemes = ["rtmps:", "rtsps:", "https:"];
const dayMs = 24 * 3600 * 1000;

/** One check for each TLS port: its certificate is that of the stack's name, and trusted unless it is self-signed. */
export const certificates = ({ outputs }: SmokeContext): Check<SmokeContext>[] =>
  Object.values(outputs.urls)
    .map((url) => new URL(url))
    .filter(({ protocol }) => tlsSchemes.includes(protocol))
    .map(({ protocol, hostname, port }) => ({
      subject: `TLS ${protocol.slice(0, -1)} ${port}`,
      timeoutMs: 200_000,
      run: async ({ settings, local, patienceMs }, signal) => {
        const subject = `TLS ${protocol.slice(0, -1)} ${port}`;
        let reason = "";
        // A new load balancer's name takes minutes to be known everywhere.
        const shown = await until(
          () =>
            handshake({ hostname, port: Number(port), local }, signal).catch((error) => {
              reason = reasonOf(error);
              return undefined;
            }),
          { timeoutMs: patienceMs, intervalMs: 1000, signal },
        );
        if (shown === undefined) {
          const remedy = `openssl s_client -connect ${hostname}:${port} -servername ${hostname}`;
          return [fault(subject, `no TLS: ${reason}`, remedy)];
        }
        const isLocal = local !== undefined;
        return [certificateFinding(subject, hostname, shown, settings.certificate, isLocal)];
      },
    }));

function handshake(
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

export function certificateFinding(
  subject: string,
  host: string,
  { certificate, distrust, isSelfSigned, protocol }: Shown,
  { kind }: Pick<CertificateSettings, "kind">,
  isLocal: boolean,
): Finding {
  const remedy = "check domainName and certificateArn, and deploy again";
  // The names of a certificate count whether or not its issuer is trusted.
  const wrongName = checkServerIdentity(host, certificate);
  if (wrongName) return fault(subject, wrongName.message, remedy);
  const leftMs = Date.parse(certificate.valid_to) - Date.now();
  if (leftMs <= 0) return fault(subject, `expired on ${certificate.valid_to}`, remedy);
  const days = Math.floor(leftMs / dayMs);
  const said = `${host}, ${protocol}, ${days} days left`;
  if (distrust !== undefined && !(isSelfSigned && (kind === "self-signed" || isLocal))) {
    return fault(subject, `${said}, but clients do not trust it: ${distrust}`, remedy);
  }
  if (days < 14) return warning(subject, `${said}: it is not being renewed`, remedy);
  if (isSelfSigned) return ok(subject, `${said}, self-signed`);
  return ok(subject, `${said}, ${isLocal ? "of the local authority" : "trusted"}`);
}
