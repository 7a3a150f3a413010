import type { Access, Caller } from "../iam/access";
import { evaluate, parsePolicy, resourceDenial } from "../iam/policyEvaluation";
import { list, record } from "../state";

/** A secret that Secrets Manager refuses to return; `code` is AWS's error code. */
export class SecretError extends Error {
  override readonly name = "SecretError";
  constructor(
    readonly code: "ResourceNotFoundException" | "AccessDeniedException",
    message: string,
  ) {
    super(message);
  }
}

/** A secret as it is stored. */
export interface StoredSecret {
  readonly value: string;
  /** Customer managed key that encrypts it; undefined for the key that AWS manages, which needs no permission. */
  readonly kmsKeyArn?: string | undefined;
}

export interface SecretValue {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
}

/** The secrets of Secrets Manager on this machine, by secret ARN. */
export class Secrets {
  constructor(
    private readonly stored: ReadonlyMap<string, StoredSecret>,
    private readonly access: Access,
    /** The resource policy of a secret, which can only deny here: readers belong to the secret's account. */
    private readonly policyOf: (arn: string) => unknown = () => undefined,
  ) {}

  /**
   * The current value of a secret, by ARN or name, for a caller whose role may read it and use its key.
   *
   * @throws SecretError
   */
  get(caller: Caller, id: string): SecretValue {
    const found = [...this.stored].find(([arn]) => arn === id || nameOf(arn) === id);
    const refusal = this.access.refusal(caller, action, found?.[0] ?? id);
    if (refusal) throw new SecretError("AccessDeniedException", refusal);
    const foreign = this.access.foreignRefusal(caller, action, id);
    if (foreign) throw new SecretError("AccessDeniedException", foreign);
    if (!found) {
      throw new SecretError(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret.",
      );
    }
    const [arn, secret] = found;
    if (isDenied(this.policyOf(arn), arn)) {
      const user = this.access.nameOf(caller);
      throw new SecretError("AccessDeniedException", resourceDenial(user, action, arn));
    }
    if (!this.mayDecrypt(caller, arn, secret)) {
      throw new SecretError("AccessDeniedException", "Access to KMS is not allowed");
    }
    return { arn, name: nameOf(arn), value: secret.value };
  }

  /** Secrets Manager decrypts in the name of the caller, with the secret's ARN as encryption context. */
  private mayDecrypt(caller: Caller, arn: string, { kmsKeyArn }: StoredSecret): boolean {
    if (kmsKeyArn === undefined) return true;
    const context = {
      "kms:viaservice": `secretsmanager.${arn.split(":")[3]}.amazonaws.com`,
      "kms:encryptioncontext:secretarn": arn,
    };
    return this.access.refusal(caller, "kms:Decrypt", kmsKeyArn, context) === undefined;
  }
}

const action = "secretsmanager:GetSecretValue";

/** Whether a statement for all principals denies it. */
function isDenied(policy: unknown, arn: string): boolean {
  if (policy === undefined) return false;
  const statements = list(record(policy).Statement).filter(
    (statement) => record(statement).Principal === "*",
  );
  return (
    evaluate(parsePolicy(JSON.stringify({ Statement: statements })), action, arn) === "explicitDeny"
  );
}

/** An ARN ends in the name, a hyphen and six random characters. */
const nameOf = (arn: string): string => (arn.split(":")[6] ?? "").replace(/-[0-9A-Za-z]{6}$/, "");
