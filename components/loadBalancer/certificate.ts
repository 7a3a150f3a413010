import * as acm from "@pulumi/aws/acm";
import * as route53 from "@pulumi/aws/route53";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { CertificateSettings } from "../../config";

export interface CertificateArgs {
  readonly certificate: CertificateSettings;
  /** Common name of a self-signed certificate, at most 64 characters. */
  readonly commonName: string;
  /** Host of a self-signed certificate. */
  readonly dnsName: pulumi.Input<string>;
  /** Whether the certificate may be deleted or replaced. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

const hoursPerDay = 24;

/**
 * The certificate of the TLS listeners: an existing one, one that ACM issues and renews, proven by a record in
 * Route 53, or a self-signed one that is imported into ACM. RSA 2048, as old cameras and encoders know no other.
 */
export class Certificate extends pulumi.ComponentResource {
  /** Of a certificate that is ready for use. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:Certificate", name, {}, opts);
    const { certificate } = args;

    if (certificate.kind === "existing") this.arn = pulumi.output(certificate.arn);
    else if (certificate.kind === "requested") this.arn = this.request(name, certificate, args);
    else this.arn = this.selfSign(name, args);

    this.registerOutputs({ arn: this.arn });
  }

  private request(
    name: string,
    { domainName, hostedZoneName }: Extract<CertificateSettings, { kind: "requested" }>,
    { protect, tags }: CertificateArgs,
  ): pulumi.Output<string> {
    const certificate = new acm.Certificate(
      `${name}-acm`,
      { domainName, validationMethod: "DNS", keyAlgorithm: "RSA_2048", tags },
      { parent: this, protect },
    );
    const zone = route53.getZoneOutput({ name: hostedZoneName }, { parent: this });
    const proof = certificate.domainValidationOptions.apply(([option]) => {
      if (!option) throw new Error(`ACM names no validation record for ${domainName}`);
      return option;
    });
    const record = new route53.Record(
      `${name}-validation-record`,
      {
        zoneId: zone.zoneId,
        name: proof.resourceRecordName,
        type: proof.resourceRecordType,
        records: [proof.resourceRecordValue],
        ttl: 60,
        // ACM asks for the same record for each certificate of a name, also for one that another stack made.
        allowOverwrite: true,
      },
      { parent: this },
    );
    const validation = new acm.CertificateValidation(
      `${name}-validation`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      { parent: this },
    );
    return validation.certificateArn;
  }

  private selfSign(name: string, args: CertificateArgs): pulumi.Output<string> {
    const key = new tls.PrivateKey(
      `${name}-key`,
      { algorithm: "RSA", rsaBits: 2048 },
      { parent: this },
    );
    const certificate = new tls.SelfSignedCert(
      `${name}-self-signed`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: args.commonName },
        dnsNames: [args.dnsName],
        allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
        validityPeriodHours: 365 * hoursPerDay,
        earlyRenewalHours: 30 * hoursPerDay,
      },
      { parent: this },
    );
    const imported = new acm.Certificate(
      `${name}-acm`,
      { privateKey: key.privateKeyPem, certificateBody: certificate.certPem, tags: args.tags },
      { parent: this, protect: args.protect },
    );
    return imported.arn;
  }
}
