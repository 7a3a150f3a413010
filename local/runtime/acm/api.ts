import { type Service, ServiceException } from "../api/service";
import { text } from "../state";

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
      const { status = "ISSUED", domainName = "" } =
        account.facts().certificates[CertificateArn] ?? {};
      const DomainName = text(deployed?.domainName) || domainName;
      return {
        Certificate: {
          CertificateArn,
          Status: text(deployed?.status) || status,
          Type: text(deployed?.type) || "AMAZON_ISSUED",
          DomainName,
          SubjectAlternativeNames: DomainName === "" ? [] : [DomainName],
        },
      };
    },
  },
};
