import type { Access, Caller } from "./access";

/** A secret that Secrets Manager does not give out; `code` is AWS's error code. */
export class SecretError extends Error {
  override readonly name = "SecretError";
  constructor(
    readonly code: "ResourceNotFoundException" | "AccessDeniedException",
    message: string,
  ) {
    super(message);
  }
}

export interface SecretValue {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
}

/** The values of Secrets Manager secrets on this machine, by secret ARN. */
export class Secrets {
  constructor(
    private readonly values: ReadonlyMap<string, string>,
    private readonly access: Access,
  ) {}

  /**
   * The current value of a secret, by ARN or name, for a caller whose role may read it.
   *
   * @throws SecretError
   */
  get(caller: Caller, id: string): SecretValue {
    const found = [...this.values].find(([arn]) => arn === id || nameOf(arn) === id);
    const refusal = this.access.refusal(caller, "secretsmanager:GetSecretValue", found?.[0] ?? id);
    if (refusal) throw new SecretError("AccessDeniedException", refusal);
    if (!found) {
      throw new SecretError(
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret.",
      );
    }
    return { arn: found[0], name: nameOf(found[0]), value: found[1] };
  }
}

/** An ARN ends in the name, a hyphen and six random characters. */
const nameOf = (arn: string): string => (arn.split(":")[6] ?? "").replace(/-[0-9A-Za-z]{6}$/, "");
