import { type Service, ServiceException } from "../api/service";
import { list, text } from "../state";

/** Certificate Manager: certificates that were deployed, or were there before. */
export const acm: Service = {
  protocol: "json",
  prefix: "acm",
  operations: {
    DescribeCertificate: (input, { account, region }) => {
      const CertificateArn = text(input.CertificateArn);
      if (!account.has(CertificateArn, region)) {
        const message = `Could not find certificate ${CertificateArn}.`;
        throw new ServiceException("ResourceNotFoundException", message);
      }
      const deployed = account.inventory().byArn(CertificateArn)?.properties;
      const prior = account.facts().certificates[CertificateArn];
      const DomainName = text(deployed?.domainName) || (prior?.domainName ?? "");
      const names = [
        ...list(deployed?.subjectAlternativeNames).map(text),
        ...(prior?.otherNames ?? []),
      ];
      const notAfter = text(deployed?.notAfter) || prior?.notAfter;
      const Type = text(deployed?.type) || (prior?.type ?? "AMAZON_ISSUED");
      return {
        Certificate: {
          CertificateArn,
          Status: text(deployed?.status) || (prior?.status ?? "ISSUED"),
          Type,
          RenewalEligibility: Type === "IMPORTED" ? "INELIGIBLE" : "ELIGIBLE",
          DomainName,
          SubjectAlternativeNames: [...new Set([DomainName, ...names])].filter(Boolean),
          KeyAlgorithm: text(deployed?.keyAlgorithm).replaceAll("_", "-") || prior?.keyAlgorithm,
          Issuer: prior?.issuer,
          Subject: `CN=${DomainName}`,
          ExtendedKeyUsages: (prior?.extendedKeyUsages ?? []).map((Name) => ({ Name })),
          ...(prior?.renewalStatus === undefined
            ? {}
            : { RenewalSummary: { RenewalStatus: prior.renewalStatus } }),
          NotAfter: notAfter && Date.parse(notAfter) / 1000,
        },
      };
    },
  },
};
