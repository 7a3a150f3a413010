import { type AuthMode, authModes } from "../../shared/authContract";
import type { AuthFunctionEnvironment, Unchecked } from "../../shared/environmentVariables";

export interface Environment {
  /** Origin of CloudTAK, such as https://map.example.org. */
  readonly cloudtakUrl: URL;
  /** PEM of authorities besides the public ones. */
  readonly cloudtakCaCertificates?: string | undefined;
  /** Secret whose SecretString is CloudTAK's SigningSecret. */
  readonly signingSecretArn: string;
  readonly authMode: AuthMode;
  /** Whether clients reach RTMP and RTSP without TLS as well. */
  readonly insecurePorts: boolean;
}

const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"];
const secretArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+$/;

/** Throws one Error that lists every fault. */
export function readEnvironment(variables: Unchecked<AuthFunctionEnvironment>): Environment {
  const faults: string[] = [];
  const cloudtakUrl = readUrl(variables.CLOUDTAK_URL ?? "", faults);
  const signingSecretArn = variables.CLOUDTAK_SIGNING_SECRET_ARN ?? "";
  if (!secretArn.test(signingSecretArn)) {
    faults.push(
      `"CLOUDTAK_SIGNING_SECRET_ARN" is "${signingSecretArn}"; allowed: the ARN of a Secrets Manager secret; ` +
        "set the stack's cloudtakSigningSecretArn",
    );
  }
  const authMode = authModes.find((mode) => mode === variables.AUTH_MODE);
  if (!authMode) {
    faults.push(
      `"AUTH_MODE" is "${variables.AUTH_MODE ?? ""}"; allowed: ${authModes.join(", ")}; ` +
        "set the stack's authMode",
    );
  }
  const insecurePorts = variables.ENABLE_INSECURE_PORTS ?? "";
  if (insecurePorts !== "true" && insecurePorts !== "false") {
    faults.push(
      `"ENABLE_INSECURE_PORTS" is "${insecurePorts}"; allowed: true, false; ` +
        "set the stack's enableInsecurePorts",
    );
  }
  if (faults.length > 0 || !cloudtakUrl || !authMode) {
    throw new Error(`bad environment of the auth function: ${faults.join("; ")}`);
  }
  const cloudtakCaCertificates = variables.CLOUDTAK_CA_CERTIFICATES;
  return {
    ...{ cloudtakUrl, signingSecretArn, authMode, insecurePorts: insecurePorts === "true" },
    ...(cloudtakCaCertificates ? { cloudtakCaCertificates } : {}),
  };
}

/** Passwords travel to this address: TLS, except to this very machine. */
function readUrl(text: string, faults: string[]): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url &&
    (url.protocol === "https:" ||
      (url.protocol === "http:" && loopbackHosts.includes(url.hostname))) &&
    url.href === `${url.origin}/`
  ) {
    return url;
  }
  // The value is not shown when it may hold a password.
  const shown = url?.username || url?.password ? "an address with credentials" : `"${text}"`;
  faults.push(
    `"CLOUDTAK_URL" is ${shown}; allowed: https:// and a host, no path or query ` +
      "(http:// to a loopback address only); set the stack's cloudtakUrl",
  );
  return null;
}
