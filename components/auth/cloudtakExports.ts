import { getExportOutput } from "@pulumi/aws/cloudformation";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../config";
import { isLoopbackHttp, serverUrl } from "../../config/formats/formats";
import { keys } from "../../config/keys";
import { secretKmsKeyArn } from "./secretKey";

export interface Cloudtak {
  readonly cloudtakUrl: pulumi.Output<string>;
  readonly cloudtakSigningSecretArn: pulumi.Output<string>;
  /** Customer managed key that encrypts the secret; undefined for the key that AWS manages. */
  readonly cloudtakSigningSecretKmsKeyArn: pulumi.Output<string | undefined>;
}

/** What CloudTAK's stack exports and this program reads, by the end of the export's name. */
type ExportName = "ServiceURL" | "SigningSecret";

/**
 * CloudTAK's URL and signing secret: as configured, else as its CloudFormation stack exports them. The secret's key is
 * the one that is configured, else the one that Secrets Manager names.
 */
export function cloudtakOf(settings: Settings): Cloudtak {
  const { cloudtakStack, cloudtakUrl, cloudtakSigningSecretArn, environment } = settings;
  const given = (value: string | undefined, exported: ExportName): pulumi.Output<string> => {
    if (value !== undefined) return pulumi.output(value);
    const name = `${cloudtakStack}-CloudTAK-${exported}`;
    return getExportOutput({ name }).value.apply((text) =>
      checkedExport(name, exported, text, environment),
    );
  };
  const secretArn = given(cloudtakSigningSecretArn, "SigningSecret");
  const { cloudtakSigningSecretKmsKeyArn: keyArn } = settings;
  return {
    cloudtakUrl: given(cloudtakUrl, "ServiceURL"),
    cloudtakSigningSecretArn: secretArn,
    cloudtakSigningSecretKmsKeyArn:
      keyArn === undefined ? secretKmsKeyArn(secretArn) : pulumi.output(keyArn),
  };
}

/**
 * The value of an export, under the same rules as a configured one. Throws a RunError, which names the export and
 * never shows its value.
 */
export function checkedExport(
  name: string,
  exported: ExportName,
  text: string,
  environment: Settings["environment"],
): string {
  const isAllowed = environment === "dev" || !isLoopbackHttp(text);
  const format = exported === "ServiceURL" ? serverUrl : keys.cloudtakSigningSecretArn.format;
  const value = isAllowed ? format.read(text) : undefined;
  if (value !== undefined) return value;
  throw new pulumi.RunError(
    `the CloudFormation export ${name} has a value that is not allowed; allowed: ${format.allowed}; ` +
      "correct CloudTAK's stack, or set cloudtakUrl and cloudtakSigningSecretArn",
  );
}
