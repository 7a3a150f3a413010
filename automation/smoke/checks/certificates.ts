import { checkServerIdentity } from "node:tls";
import type { CertificateSettings } from "../../../config";
import type { Check } from "../../checks/examine";
import { reasonOf } from "../../checks/examine";
import { type Finding, fault, ok, warning } from "../../checks/finding";
import type { SmokeContext } from "../context";
import { handshake, isTls, type Shown } from "../handshake";
import { until } from "../retry";

const dayMs = 24 * 3600 * 1000;

/** One check for each TLS port: its certificate is that of the stack's name, and trusted unless it is self-signed. */
export const certificates = ({ outputs }: SmokeContext): Check<SmokeContext>[] =>
  Object.values(outputs.urls)
    .map((url) => new URL(url))
    .filter(isTls)
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
