import { createHash } from "node:crypto";

/** An account and region, as an ARN names them. */
export interface AccountRegion {
  readonly id: string;
  readonly region: string;
}

/**
 * The customer-managed key of a secret that the local cloud did not create. Both editions of CloudTAK encrypt theirs:
 * TAK-NZ's CDK names the key by its ARN, dfpc-coe's template by its id. Other secrets have the AWS-managed key.
 */
export function priorKmsKeyId(secretArn: string): string | undefined {
  const owner = accountRegionOf(secretArn);
  const name = secretArn.split(":")[6] ?? "";
  const [, cdkStack] = /^(TAK-[\w-]+)-CloudTAK\//.exec(name) ?? [];
  if (cdkStack) return cloudtakKeyArn(cdkStack, owner);
  const [, templateStack] = /^([\w-]+)\/api\/secret-/.exec(name) ?? [];
  return templateStack && keyIdOf(templateStack);
}

/** Key of a stack `TAK-<environment>-BaseInfra`, as its export KmsKeyArn names it. */
export const cloudtakKeyArn = (stack: string, owner: AccountRegion): string =>
  keyArn(keyIdOf(stack), owner);

/** The ARN of a key that is named by id or ARN; undefined for an alias. */
export function keyArnOf(id: string, owner: AccountRegion): string | undefined {
  if (id.startsWith("arn:")) return /:key\//.test(id) ? id : undefined;
  return id.startsWith("alias/") ? undefined : keyArn(id, owner);
}

const keyArn = (id: string, owner: AccountRegion): string =>
  `arn:aws:kms:${owner.region}:${owner.id}:key/${id}`;

export function accountRegionOf(arn: string): AccountRegion {
  const [, , , region = "", id = ""] = arn.split(":");
  return { id, region };
}

/** The same for the same stack, in the form of a key's id. */
function keyIdOf(stack: string): string {
  const digits = createHash("sha256").update(stack).digest("hex");
  return [0, 8, 12, 16, 20]
    .map((start, index, starts) => digits.slice(start, starts[index + 1] ?? 32))
    .join("-");
}

export const secretType = "aws:secretsmanager/secret:Secret";
