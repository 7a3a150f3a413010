import { createHash, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { failuresIn, notAmong, notBetween } from "../engine/checkFailure";
import { inputNames } from "../engine/inputNames";
import type { Inputs } from "../engine/inputs";
import type { ResourceTypes } from "../engine/resourceType";
import { secret } from "../engine/wire";

const token = "tls:index/privateKey:PrivateKey";
const generate = promisify(generateKeyPair);

/** OpenSSL's names of the curves. */
const curves: Readonly<Record<string, string>> = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};

/** Private keys, in PEM only, without OpenSSH formats. */
export const privateKey: ResourceTypes = {
  [token]: {
    inputs: inputNames[token],
    replaceOnChanges: "algorithm ecdsaCurve rsaBits",
    defaults: { ecdsaCurve: "P224", rsaBits: 2048 },
    logical: true,
    previewOutputs: "privateKeyPem privateKeyPemPkcs8 publicKeyPem",
    checkFailures: (inputs) =>
      failuresIn(
        notAmong(inputs, "algorithm", "InvalidAttributeValue", ["RSA", "ECDSA", "ED25519"]),
        notAmong(inputs, "ecdsaCurve", "InvalidAttributeValue", Object.keys(curves)),
        notBetween(inputs, "rsaBits", "InvalidAttributeValue", [1024, 16384]),
      ),
    initialOutputs: async (inputs) => {
      const key = await generateKey(inputs);
      const publicKeyPem = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
      return {
        id: createHash("sha1").update(publicKeyPem).digest("hex"),
        publicKeyPem,
        privateKeyPem: secret(key.export({ type: pemType(key), format: "pem" }).toString()),
        privateKeyPemPkcs8: secret(key.export({ type: "pkcs8", format: "pem" }).toString()),
      };
    },
  },
};

async function generateKey(inputs: Inputs): Promise<KeyObject> {
  switch (inputs.text("algorithm")) {
    case "RSA":
      return (await generate("rsa", { modulusLength: inputs.number("rsaBits") ?? 2048 }))
        .privateKey;
    case "ECDSA": {
      const namedCurve = curves[inputs.text("ecdsaCurve") ?? "P224"] ?? "";
      return (await generate("ec", { namedCurve })).privateKey;
    }
    default:
      return (await generate("ed25519")).privateKey;
  }
}

const pemType = (key: KeyObject): "pkcs1" | "sec1" | "pkcs8" =>
  key.asymmetricKeyType === "rsa" ? "pkcs1" : key.asymmetricKeyType === "ec" ? "sec1" : "pkcs8";
