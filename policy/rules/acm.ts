import { aws } from "../aws/typeTokens";
import { unsetOr } from "../kit/predicates";
import { resourceRule } from "../kit/rule";

export const certificateStrength = resourceRule({
  name: "certificate-strength",
  description: "Recommends certificates with RSA 2048 or elliptic curves, and for single names.",
  severity: "medium",
  level: "advisory",
  ids: { fsbp: ["ACM.1", "ACM.2"], checkov: ["CKV2_AWS_71"] },
  remediationSteps: 'Set keyAlgorithm to "RSA_2048" and name each host.',
  types: aws("acm", "Certificate"),
  check: (certificate, report) => {
    report.require(
      certificate.get("keyAlgorithm"),
      unsetOr(
        ...["RSA_2048", "RSA_3072", "RSA_4096"],
        ...["EC_prime256v1", "EC_secp384r1", "EC_secp521r1"],
      ),
      "the key is too short",
    );
    const names = [
      certificate.get("domainName"),
      ...report.each(certificate.get("subjectAlternativeNames")),
    ];
    for (const name of names) {
      report.require(
        name,
        (property) => !property.text().startsWith("*."),
        "a stolen key would serve for every host of the domain",
      );
    }
  },
});

export const acmRules = [certificateStrength] as const;
