import { createPrivateKey, webcrypto } from "node:crypto";
import type { IssuedTlsPlan, TlsPlan } from "../plan/types";
import { loadX509, serialNumber } from "./x509";

// The DOM's types, which the library asks for, and Node's differ in name only.
const crypto = webcrypto as Crypto;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const hourMs = 3_600_000;
/** As ACM's own. */
const validForMs = 198 * 24 * hourMs;

/**
 * Stands in for the certificates that ACM issues, whose keys AWS keeps: one for the same names, made when it is first
 * served and kept as long as this process. Signed with its own key, as no authority of this machine may sign for such names.
 */
export class IssuedCertificates {
  private readonly made = new Map<string, Promise<Pick<TlsPlan, "certificate" | "key">>>();

  async serve({ names, minVersion, maxVersion }: IssuedTlsPlan): Promise<TlsPlan> {
    const id = names.join();
    const pair = this.made.get(id) ?? make(names);
    this.made.set(id, pair);
    return { ...(await pair), minVersion, maxVersion };
  }
}

async function make(names: readonly string[]): Promise<Pick<TlsPlan, "certificate" | "key">> {
  const x509 = loadX509();
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: `CN=${names[0]}`,
      notBefore: new Date(Date.now() - hourMs),
      notAfter: new Date(Date.now() + validForMs),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: "dns", value }) as const),
        ),
      ],
    },
    crypto,
  );
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, type: "pkcs8", format: "der" });
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: String(key.export({ type: "pkcs8", format: "pem" })),
  };
}
