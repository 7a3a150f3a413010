import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { AwsError } from "../../engine/awsError";
import { type CheckFailure, failuresIn, failWhen } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { type Properties, unknown } from "../../engine/wire";
import { recordName } from "../route53/route53";

const certificateType = "aws:acm/certificate:Certificate";

/** Certificates, requested or imported. */
export const acm: ResourceTypes = {
  [certificateType]: {
    inputs: inputNames[certificateType],
    replaceOnChanges: `certificateAuthorityArn domainName keyAlgorithm subjectAlternativeNames
      validationMethod validationOptions`,
    checkFailures: (inputs) => [
      ...failuresIn(
        failWhen(
          inputs.has("domainName") === inputs.has("privateKey"),
          "domainName",
          "ValidationException",
          'set either "domainName" (request) or "privateKey" and "certificateBody" (import)',
        ),
        failWhen(
          inputs.has("domainName") &&
            !inputs.has("validationMethod") &&
            !inputs.has("certificateAuthorityArn"),
          "validationMethod",
          "ValidationException",
          'set "validationMethod" to DNS or EMAIL',
        ),
        failWhen(
          inputs.has("privateKey") && !inputs.has("certificateBody"),
          "certificateBody",
          "ValidationException",
          'an imported private key needs "certificateBody"',
        ),
      ),
      ...nameFailures(inputs),
      ...importFailures(inputs),
    ],
    initialOutputs: (inputs, account) => {
      const uuid = account.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
      const arn = `arn:aws:acm:${account.region}:${account.id}:certificate/${uuid}`;
      return { id: arn, arn, ...(inputs.has("privateKey") ? {} : { domainValidationOptions: [] }) };
    },
    computedOutputs: (inputs) =>
      inputs.has("privateKey")
        ? imported(inputs)
        : {
            status: "PENDING_VALIDATION",
            type: "AMAZON_ISSUED",
            renewalEligibility: "INELIGIBLE",
            keyAlgorithm: inputs.text("keyAlgorithm") ?? "RSA_2048",
            ...(inputs.isUnknown("domainName") || inputs.isUnknown("subjectAlternativeNames")
              ? {}
              : requested(inputs)),
          },
    validateDelete: ({ arn }, inventory) => {
      const listener = inventory.find(
        "aws:lb/listener:Listener",
        (properties) => properties.text("certificateArn") === arn,
      );
      if (listener) {
        throw new AwsError(
          "ResourceInUseException",
          `Certificate ${arn} in account is in use by ${listener.arn}`,
        );
      }
    },
  },

  "aws:acm/certificateValidation:CertificateValidation": {
    inputs: inputNames["aws:acm/certificateValidation:CertificateValidation"],
    replaceOnChanges: "certificateArn validationRecordFqdns",
    initialOutputs: () => ({ id: new Date().toISOString() }),
    validate: (inputs, inventory) => {
      const arn = inputs.text("certificateArn");
      const certificate = inventory.byArn(arn);
      if (certificate?.type !== certificateType) {
        throw new AwsError("ResourceNotFoundException", `Could not find certificate ${arn}`);
      }
      const options = certificate.properties.domainValidationOptions;
      const missing = (Array.isArray(options) ? (options as Properties[]) : [])
        .map((option) => String(option.resourceRecordName))
        .filter(
          (name) =>
            !inventory.find(
              "aws:route53/record:Record",
              (record) => recordName(record.text("name")) === recordName(name),
            ),
        );
      if (missing.length > 0) {
        // AWS would stay PENDING_VALIDATION and the real provider would wait for 75 minutes.
        throw new AwsError(
          "PENDING_VALIDATION",
          `the certificate ${arn} is never issued without its validation records: ` +
            [...new Set(missing)].join(", "),
        );
      }
    },
  },
};

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html */
const namePattern =
  "(\\*\\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])";
const maxNameLength = 253;

/** Of the name that becomes the certificate's common name. */
const maxFirstNameLength = 64;

function nameFailures(inputs: Inputs): CheckFailure[] {
  const first = inputs.text("domainName") ?? "";
  return failuresIn(
    ...(first === "" ? [] : [badName("domainName", first)]),
    ...inputs
      .texts("subjectAlternativeNames")
      .map((name) => badName("subjectAlternativeNames", name)),
    failWhen(
      first.length > maxFirstNameLength,
      "domainName",
      "ValidationException",
      `The first domain name can be a maximum of ${maxFirstNameLength} characters.`,
    ),
  );
}

const badName = (property: string, name: string) =>
  failWhen(
    name.length > maxNameLength || !new RegExp(`^${namePattern}$`).test(name),
    property,
    "ValidationException",
    `1 validation error detected: Value '${name}' at '${property}' failed to satisfy constraint: ` +
      `Member must satisfy regular expression pattern: ${namePattern}`,
  );

function importFailures(inputs: Inputs): CheckFailure[] {
  const [key, body] = [inputs.text("privateKey"), inputs.text("certificateBody")];
  if (key === undefined || body === undefined) {
    return [];
  }
  const certificate = parsed(() => new X509Certificate(body));
  const privateKey = parsed(() => createPrivateKey(key));
  return failuresIn(
    failWhen(
      !certificate,
      "certificateBody",
      "ValidationException",
      "The certificate field contains no valid PEM certificate",
    ),
    failWhen(
      !privateKey,
      "privateKey",
      "ValidationException",
      "The private key is not supported: it is not an unencrypted PEM key",
    ),
    failWhen(
      !!certificate && !!privateKey && !certificate.checkPrivateKey(privateKey),
      "privateKey",
      "ValidationException",
      "The private key does not match the certificate's public key",
    ),
    failWhen(
      !!certificate && Date.parse(certificate.validTo) < Date.now(),
      "certificateBody",
      "ValidationException",
      `The certificate has expired, on ${certificate?.validTo}`,
    ),
  );
}

function imported(inputs: Inputs): Properties {
  const body = inputs.text("certificateBody");
  const certificate = body === undefined ? undefined : new X509Certificate(body);
  const names = (certificate?.subjectAltName ?? "")
    .split(", ")
    .filter((name) => name.startsWith("DNS:"))
    .map((name) => name.slice("DNS:".length));
  const subject = /^CN=(.*)$/m.exec(certificate?.subject ?? "")?.[1];
  return {
    status: "ISSUED",
    type: "IMPORTED",
    renewalEligibility: "INELIGIBLE",
    domainName: certificate ? (subject ?? names[0] ?? "") : unknown,
    subjectAlternativeNames: certificate ? names : unknown,
    notBefore: certificate ? new Date(certificate.validFrom).toISOString() : unknown,
    notAfter: certificate ? new Date(certificate.validTo).toISOString() : unknown,
  };
}

/** One validation record for each name; a wildcard shares that of its parent. */
function requested(inputs: Inputs): Properties {
  const domainName = inputs.text("domainName") ?? "";
  const names = [...new Set([domainName, ...inputs.texts("subjectAlternativeNames")])];
  return {
    subjectAlternativeNames: names,
    domainValidationOptions: names.map((name) => {
      const parent = name.replace(/^\*\./, "");
      const digest = createHash("sha256").update(parent).digest("hex");
      return {
        domainName: name,
        resourceRecordName: `_${digest.slice(0, 32)}.${parent}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: `_${digest.slice(32)}.acm-validations.aws.`,
      };
    }),
  };
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
