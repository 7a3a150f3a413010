import { type AccountRegion, cloudtakKeyArn } from "./priorSecrets";

/** An export of a CloudFormation stack `TAK-<environment>-CloudTAK` or its base, as CloudTAK's templates make them. */
export function cloudtakExport(name: string, account: AccountRegion): string | undefined {
  const [, base] = /^(TAK-[A-Za-z0-9-]+)-BaseInfra-KmsKeyArn$/.exec(name) ?? [];
  if (base) return cloudtakKeyArn(base, account);
  const [, stack = "", output = ""] = /^(TAK-[A-Za-z0-9-]+)-CloudTAK-(\w+)$/.exec(name) ?? [];
  const secrets = `arn:aws:secretsmanager:${account.region}:${account.id}:secret`;
  return {
    ServiceURL: `https://cloudtak.${stack.slice("TAK-".length).toLowerCase()}.example.org`,
    SigningSecret: `${secrets}:${stack}-CloudTAK/API/Secret-AbCdEf`,
  }[output];
}
