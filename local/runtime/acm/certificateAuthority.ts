import { createPrivateKey, randomUUID, webcrypto, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type * as X509 from "@peculiar/x509";
import type { TlsPlan } from "../plan/types";
import { loadX509, serialNumber } from "./x509";

// The DOM's types, which the library asks for, and Node's differ in name only.
const crypto = webcrypto as Crypto;
const hourMs = 3_600_000;
const validForMs = 10 * 365 * 24 * hourMs;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Extensions that a presented certificate takes over: key usage, names, extended key usage. */
const keptExtensions = ["2.5.29.15", "2.5.29.17", "2.5.29.37"];

interface Authority {
  readonly certificate: X509.X509Certificate;
  readonly key: CryptoKey;
}

/**
 * The certificate authority of this machine, as mkcert has one: made once, kept outside the checkout, trusted by clients
 * that are given its file. FFmpeg 8 and browsers refuse a self-signed certificate; on AWS a stack for real use has an
 * issued one. The state keeps the self-signed certificate as AWS would have it; the listeners present another one for the
 * same key, names and time that this authority has signed.
 */
export class CertificateAuthority {
  /** Its certificate, PEM. */
  readonly file: string;
  private readonly keyFile: string;
  private readonly presented = new Map<string, Promise<TlsPlan>>();

  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {
    this.file = join(folder, "rootCA.pem");
    this.keyFile = join(folder, "rootCA-key.pem");
  }

  /** Returns the certificate that a listener presents: a signed one instead of a self-signed one for names of this machine, any other unchanged. */
  async present(plan: TlsPlan): Promise<TlsPlan> {
    if (!isSelfSignedForThisMachine(plan.certificate)) return plan;
    const key = JSON.stringify(plan);
    const known = this.presented.get(key);
    if (known) return known;
    const presented = this.sign(plan);
    this.presented.set(key, presented);
    return presented;
  }

  private async sign(plan: TlsPlan): Promise<TlsPlan> {
    const x509 = loadX509();
    const { certificate: issuer, key } = (await this.read(x509)) ?? (await this.make(x509));
    const deployed = new x509.X509Certificate(plan.certificate);
    const leaf = await x509.X509CertificateGenerator.create(
      {
        serialNumber: serialNumber(),
        subject: deployed.subjectName.toJSON(),
        issuer: issuer.subjectName.toJSON(),
        notBefore: deployed.notBefore,
        notAfter: deployed.notAfter,
        publicKey: deployed.publicKey,
        signingKey: key,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          ...deployed.extensions.filter(({ type }) => keptExtensions.includes(type)),
          await x509.SubjectKeyIdentifierExtension.create(deployed.publicKey, false, crypto),
          await x509.AuthorityKeyIdentifierExtension.create(issuer, false, crypto),
        ],
      },
      crypto,
    );
    return { ...plan, certificate: `${leaf.toString("pem")}\n` };
  }

  /** undefined when no stored authority can sign. */
  private async read(x509: typeof X509): Promise<Authority | undefined> {
    try {
      const pem = readFileSync(this.file, "utf8");
      const privateKey = createPrivateKey(readFileSync(this.keyFile));
      if (!new X509Certificate(pem).checkPrivateKey(privateKey)) return undefined;
      const certificate = new x509.X509Certificate(pem);
      if (certificate.notAfter.getTime() <= this.now()) return undefined;
      const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
      const key = await crypto.subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]);
      return { certificate, key };
    } catch {
      return undefined;
    }
  }

  /** Made aside and put into place as a whole: another local cloud may be creating it as well. */
  private async make(x509: typeof X509): Promise<Authority> {
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await this.selfSign(x509, keys);
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
    const fresh = `${this.folder}.${randomUUID()}`;
    mkdirSync(dirname(this.folder), { recursive: true });
    mkdirSync(fresh, { mode: 0o700 });
    try {
      writeFileSync(join(fresh, "rootCA.pem"), `${certificate.toString("pem")}\n`);
      writeFileSync(
        join(fresh, "rootCA-key.pem"),
        createPrivateKey({ key: pkcs8, type: "pkcs8", format: "der" }).export({
          type: "pkcs8",
          format: "pem",
        }),
        { mode: 0o600 },
      );
      return (await this.install(fresh, x509)) ?? { certificate, key: keys.privateKey };
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }

  /** Resolves to the one that another process has put there meanwhile, if it can sign. */
  private async install(fresh: string, x509: typeof X509): Promise<Authority | undefined> {
    try {
      renameSync(fresh, this.folder);
    } catch {
      const other = await this.read(x509);
      if (other) return other;
      rmSync(this.folder, { recursive: true, force: true });
      renameSync(fresh, this.folder);
    }
    return undefined;
  }

  private async selfSign(x509: typeof X509, keys: CryptoKeyPair): Promise<X509.X509Certificate> {
    const usage = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
    return x509.X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: serialNumber(),
        name: "O=TAK Media local cloud, CN=TAK Media local cloud CA",
        notBefore: new Date(this.now() - hourMs),
        notAfter: new Date(this.now() + validForMs),
        keys,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(usage, true),
          new x509.Extension(nameConstraintsId, true, new Uint8Array(nameConstraints)),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
        ],
      },
      crypto,
    );
  }
}

function isSelfSignedForThisMachine(pem: string): boolean {
  const certificate = new X509Certificate(pem);
  const isSelfSigned =
    certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
  return isSelfSigned && (certificate.subjectAltName ?? "").split(", ").every(isPermitted);
}

const isPermitted = (name: string): boolean =>
  /^(DNS:([^.]+\.)*localhost|IP Address:(127(\.\d+){3}|0:0:0:0:0:0:0:1))$/.test(name);

const der = (tag: number, ...content: Buffer[]): Buffer => {
  const octets = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, octets.length]), octets]);
};

const nameConstraintsId = "2.5.29.30";

/** RFC 5280, 4.2.1.10: localhost and all below it, 127.0.0.0/8, ::1. Clients refuse what the key signs beyond it. */
const nameConstraints = der(
  0x30,
  der(
    0xa0,
    der(0x30, der(0x82, Buffer.from("localhost"))),
    der(0x30, der(0x87, Buffer.from([127, 0, 0, 0]), Buffer.from([255, 0, 0, 0]))),
    der(0x30, der(0x87, Buffer.alloc(16).fill(1, 15), Buffer.alloc(16).fill(255))),
  ),
);
