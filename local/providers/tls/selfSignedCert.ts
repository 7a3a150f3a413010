import { createPrivateKey, randomBytes } from "node:crypto";
import { type CheckFailure, failuresIn, notBetween, notExactlyOne } from "../engine/checkFailure";
import { inputNames } from "../engine/inputNames";
import type { Inputs } from "../engine/inputs";
import type { ResourceTypes } from "../engine/resourceType";
import { extendedKeyUsages, keyUsages } from "./keyUsages";

const token = "tls:index/selfSignedCert:SelfSignedCert";
const hourMs = 3_600_000;

/** Self-signed certificates; replaced when they have expired or their early renewal is due. */
export const selfSignedCert: ResourceTypes = {
  [token]: {
    inputs: inputNames[token],
    replaceOnChanges: `allowedUses dnsNames ipAddresses isCaCertificate maxPathLength privateKeyPem
      privateKeyPemWo privateKeyPemWoVersion readyForRenewal setAuthorityKeyId setSubjectKeyId
      subject uris validityPeriodHours`,
    staleOutputs: (news, outputs) => {
      const end = Date.parse(outputs.text("validityEndTime") ?? "");
      const early = (news.number("earlyRenewalHours") ?? 0) * hourMs;
      return end - early <= Date.now() ? ["readyForRenewal"] : [];
    },
    defaults: {
      earlyRenewalHours: 0,
      isCaCertificate: false,
      setAuthorityKeyId: false,
      setSubjectKeyId: false,
    },
    logical: true,
    previewOutputs: "certPem keyAlgorithm readyForRenewal validityStartTime validityEndTime",
    checkFailures: (inputs) => [
      ...failuresIn(
        notExactlyOne(inputs, "privateKeyPem", "InvalidAttributeCombination", [
          "privateKeyPem",
          "privateKeyPemWo",
        ]),
        notBetween(inputs, "validityPeriodHours", "InvalidAttributeValue", [0, 876_000]),
      ),
      ...usageFailures(inputs),
    ],
    // Loaded on first use, as it takes longer to load than the rest of the provider.
    initialOutputs: async (inputs) => {
      const { makeCertificate } = require("./x509") as typeof import("./x509");
      const pem = inputs.text("privateKeyPem") ?? inputs.text("privateKeyPemWo") ?? "";
      const key = createPrivateKey(pem);
      const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000);
      const hours = inputs.number("validityPeriodHours") ?? 0;
      const notAfter = new Date(notBefore.getTime() + hours * hourMs);
      const serialNumber = `00${randomBytes(16).toString("hex")}`;
      const certPem = await makeCertificate(inputs, key, { serialNumber, notBefore, notAfter });
      return {
        id: BigInt(`0x${serialNumber}`).toString(),
        certPem,
        keyAlgorithm: algorithmNames[key.asymmetricKeyType ?? ""] ?? "",
        readyForRenewal: false,
        validityStartTime: notBefore.toISOString(),
        validityEndTime: notAfter.toISOString(),
      };
    },
  },
};

const algorithmNames: Readonly<Record<string, string>> = {
  rsa: "RSA",
  ec: "ECDSA",
  ed25519: "ED25519",
};

function usageFailures(inputs: Inputs): CheckFailure[] {
  const allowed = [...Object.keys(keyUsages), ...Object.keys(extendedKeyUsages)];
  return inputs
    .texts("allowedUses")
    .filter((use) => !allowed.includes(use))
    .map((use) => ({
      property: "allowedUses",
      reason: `InvalidAttributeValue: "${use}" is not a key usage; allowed: ${allowed.join(", ")}`,
    }));
}
