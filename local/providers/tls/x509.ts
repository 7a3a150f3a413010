// The x509 library's dependency injection needs this first.
import "reflect-metadata";
import { createPublicKey, type KeyObject, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { Inputs } from "../engine/inputs";
import { extendedKeyUsages, keyUsages } from "./keyUsages";

export interface Validity {
  /** Hexadecimal. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Subject fields by the provider's names, as attribute types of RFC 4514 or object identifiers. */
const subjectFields: Readonly<Record<string, string>> = {
  commonName: "CN",
  organization: "O",
  organizationalUnit: "OU",
  streetAddresses: "2.5.4.9",
  locality: "L",
  province: "ST",
  country: "C",
  postalCode: "2.5.4.17",
  serialNumber: "2.5.4.5",
  emailAddress: "1.2.840.113549.1.9.1",
};

const curves: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

/** A certificate for the key, signed with the key itself, as PEM. */
export async function makeCertificate(
  inputs: Inputs,
  key: KeyObject,
  { serialNumber, notBefore, notAfter }: Validity,
): Promise<string> {
  const algorithm = algorithmOf(key);
  const subtle = webcrypto.subtle;
  const pkcs8 = key.export({ type: "pkcs8", format: "der" });
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  // The DOM's CryptoKey, which the library asks for, and Node's differ in name only.
  const signingKey = (await subtle.importKey("pkcs8", pkcs8, algorithm, false, [
    "sign",
  ])) as CryptoKey;
  const publicKey = (await subtle.importKey("spki", spki, algorithm, true, [
    "verify",
  ])) as CryptoKey;
  const name = subjectOf(inputs.object("subject"));
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber,
      subject: name,
      issuer: name,
      notBefore,
      notAfter,
      publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      extensions: await extensionsOf(inputs, publicKey),
    },
    webcrypto as Crypto,
  );
  return `${certificate.toString("pem")}\n`;
}

function algorithmOf(key: KeyObject) {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    case "ed25519":
      return { name: "Ed25519" };
    default: {
      const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
      const namedCurve = curves[curve];
      if (!namedCurve) {
        throw new Error(
          `a certificate cannot be made for a key of type ${key.asymmetricKeyType} ${curve}; ` +
            "allowed: RSA, ED25519, ECDSA with curve P256, P384 or P521",
        );
      }
      return { name: "ECDSA", namedCurve, hash: namedCurve === "P-384" ? "SHA-384" : "SHA-256" };
    }
  }
}

const subjectOf = (subject: Inputs): x509.JsonName =>
  Object.entries(subjectFields).flatMap(([field, attribute]) => {
    const value = subject.text(field);
    const values = value === undefined ? subject.texts(field) : [value];
    return values.map((entry) => ({ [attribute]: [entry] }));
  });

async function extensionsOf(inputs: Inputs, publicKey: CryptoKey): Promise<x509.Extension[]> {
  const uses = inputs.texts("allowedUses");
  const usageBits = uses.reduce((bits, use) => bits | (keyUsages[use] ?? 0), 0);
  const extended = uses.map((use) => extendedKeyUsages[use]).filter((oid) => oid !== undefined);
  const names: x509.JsonGeneralNames = [
    ...inputs.texts("dnsNames").map((value) => ({ type: "dns" as const, value })),
    ...inputs.texts("ipAddresses").map((value) => ({ type: "ip" as const, value })),
    ...inputs.texts("uris").map((value) => ({ type: "url" as const, value })),
  ];
  const isCa = inputs.flag("isCaCertificate") === true;
  return [
    new x509.BasicConstraintsExtension(
      isCa,
      isCa ? inputs.number("maxPathLength") : undefined,
      true,
    ),
    ...(usageBits > 0 ? [new x509.KeyUsagesExtension(usageBits, true)] : []),
    ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ...(inputs.flag("setSubjectKeyId")
      ? [await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto as Crypto)]
      : []),
    ...(inputs.flag("setAuthorityKeyId")
      ? [await x509.AuthorityKeyIdentifierExtension.create(publicKey, false, webcrypto as Crypto)]
      : []),
  ];
}
