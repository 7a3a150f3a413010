/** Where the parts of a type's name do not say it well. */
const names: Readonly<Record<string, string>> = {
  BucketLifecycleConfiguration: "bucket lifecycle",
  BucketServerSideEncryptionConfiguration: "bucket encryption",
  Eip: "Elastic IP",
  MediamtxImage: "MediaMTX image",
  SelfSignedCert: "self-signed certificate",
  Vpc: "VPC",
};

/** `aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule` is called "security group egress rule". */
export function typeName(type: string): string {
  const name = type.slice(type.lastIndexOf(":") + 1);
  return (
    names[name] ??
    name
      .split(/(?=[A-Z])/)
      .join(" ")
      .toLowerCase()
  );
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const plural = (text: string): string =>
  text.endsWith("y") ? `${text.slice(0, -1)}ies` : `${text}s`;
