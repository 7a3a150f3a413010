import { createHash } from "node:crypto";

/** An account and region, as an ARN names them. */
export interface Place {
  readonly id: string;
  readonly region: string;
}

/**
 * The customer managed key of a secret that the local cloud did not make. Both editions of CloudTAK encrypt theirs:
 * TAK-NZ's CDK names the key by its ARN, dfpc-coe's template by its id. Other secrets have the key that AWS manages.
 */
export function priorKmsKeyId(secretArn: string): string | undefined {
  const place = placeOf(secretArn);
  const name = secretArn.split(":")[6] ?? "";
  const [, cdkStack] = /^(TAK-[\w-]+)-CloudTAK\//.exec(name) ?? [];
  if (cdkStack) return cloudtakKeyArn(cdkStack, place);
  const [, templateStack] = /^([\w-]+)\/api\/secret-/.exec(name) ?? [];
  return templateStack && keyIdOf(templateStack);
}

/** Key of a stack `TAK-<environment>-BaseInfra`, as its export KmsKeyArn names it. */
export const cloudtakKeyArn = (stack: string, place: Place): string =>
  keyArn(keyIdOf(stack), place);

/** The ARN of a key that is named by id or ARN; undefined for an alias. */
export function keyArnOf(id: string, place: Place): string | undefined {
  if (id.startsWith("arn:")) return /:key\//.test(id) ? id : undefined;
  return id.startsWith("alias/") ? undefined : keyArn(id, place);
}

const keyArn = (id: string, place: Place): string =>
  `arn:aws:kms:${place.region}:${place.id}:key/${id}`;

export function placeOf(arn: string): Place {
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
