/** An export of a CloudFormation stack `TAK-<environment>-CloudTAK`, as CloudTAK's template makes it. */
export function cloudtakExport(
  name: string,
  account: { readonly id: string; readonly region: string },
): string | undefined {
  const [, stack = "", output = ""] = /^(TAK-[A-Za-z0-9-]+)-CloudTAK-(\w+)$/.exec(name) ?? [];
  const secrets = `arn:aws:secretsmanager:${account.region}:${account.id}:secret`;
  return {
    ServiceURL: `https://cloudtak.${stack.slice("TAK-".length).toLowerCase()}.example.org`,
    SigningSecret: `${secrets}:${stack}-CloudTAK/API/Secret-AbCdEf`,
  }[output];
}
