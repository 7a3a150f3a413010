import { randomInt } from "node:crypto";
import { accountId } from "../../account/accountId";
import { LocalAccount } from "../../account/localAccount";
import { accountRegionOf, keyArnOf } from "../../account/priorSecrets";
import type { Account } from "../engine/account";
import { AwsError } from "../engine/awsError";
import type { Inputs } from "../engine/inputs";
import type { Invoke } from "../engine/package";
import { secret } from "../engine/wire";

/** Data sources for secrets and the keys that encrypt them; none returns a secret's value. */
export const secretInvokes: Readonly<Record<string, Invoke>> = {
  "aws:secretsmanager/getSecret:getSecret": (args, account, { root }) => {
    const arn = args.text("arn") ?? "";
    const local = new LocalAccount(root);
    requireOwnAccount(arn, "secretsmanager:DescribeSecret", account);
    if (!local.has(arn, account.region)) {
      throw new AwsError(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret.",
      );
    }
    return {
      id: arn,
      arn,
      name: (arn.split(":")[6] ?? "").replace(/-[0-9A-Za-z]{6}$/, ""),
      region: account.region,
      kmsKeyId: local.kmsKeyIdOf(arn) ?? "",
      createdDate: "",
      description: "",
      lastChangedDate: "",
      policy: "",
      tags: {},
    };
  },

  "aws:kms/getKey:getKey": (args, account, { root }) => {
    const keyId = args.text("keyId") ?? "";
    requireOwnAccount(keyId, "kms:DescribeKey", account);
    const arn = keyArnOf(keyId, account);
    if (!arn || !new LocalAccount(root).has(arn, account.region)) {
      throw new AwsError("NotFoundException", `Key '${arn ?? keyId}' does not exist`);
    }
    const id = arn.slice(arn.indexOf("/") + 1);
    return { id, keyId, arn, awsAccountId: account.id, enabled: true, keyManager: "CUSTOMER" };
  },

  "aws:secretsmanager/getRandomPassword:getRandomPassword": (args, { region }) => ({
    id: region,
    region,
    randomPassword: secret(randomPassword(args)),
  }),
};

/** @throws AwsError for an ARN of another account: no resource policy of it admits this account. */
function requireOwnAccount(arn: string, action: string, { id }: Account): void {
  if (!arn.startsWith("arn:") || accountRegionOf(arn).id === accountId) return;
  throw new AwsError(
    "AccessDeniedException",
    `User: arn:aws:iam::${id}:user/local is not authorized to perform: ${action} on resource: ${arn} ` +
      `because no resource-based policy allows the ${action} action`,
  );
}

const alphabet = {
  excludeUppercase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  excludeLowercase: "abcdefghijklmnopqrstuvwxyz",
  excludeNumbers: "0123456789",
  excludePunctuation: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
};

function randomPassword(args: Inputs): string {
  const excluded = args.text("excludeCharacters") ?? "";
  const characters = Object.entries(alphabet)
    .flatMap(([exclusion, kind]) => (args.flag(exclusion) ? [] : [...kind]))
    .filter((character) => !excluded.includes(character));
  const length = args.number("passwordLength") ?? 32;
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
}
