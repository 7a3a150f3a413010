import {
  GetSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from "@aws-sdk/client-secrets-manager";
import { UndecidedError } from "../undecidedError";
import { deriveKeys, type Keys } from "./keys";

/** CloudTAK's signing secret. Both reject with UndecidedError while Secrets Manager cannot be asked. */
export interface SigningSecret {
  keys(): Promise<Keys>;
  /** Reads the secret again, at most once a minute. Resolves to whether other keys than `used` serve now. */
  refresh(used: Keys): Promise<boolean>;
}

const refreshEveryMs = 60_000;
/** Of the 8 s of an event; an instance that starts among many others is slow to ask. */
const timeoutMs = 5_000;

/** Fetched with the first question and kept; a failure is not kept. */
export function createSigningSecret(
  arn: string,
  now: () => number,
  monotonic = () => performance.now(),
): SigningSecret {
  const client = new SecretsManagerClient({ maxAttempts: 2 });
  let current: { readonly text: string; readonly keys: Keys } | null = null;
  let flight: Promise<Keys> | null = null;
  let askedAt = { wall: Number.NEGATIVE_INFINITY, monotonic: Number.NEGATIVE_INFINITY };
  /** The wall clock may be set back, and the monotonic one may stand still while the instance is frozen. */
  const sinceAskedMs = () => Math.max(now() - askedAt.wall, monotonic() - askedAt.monotonic);

  return {
    async keys() {
      return current?.keys ?? fetch();
    },
    async refresh(used) {
      if (!flight && sinceAskedMs() < refreshEveryMs) return current?.keys !== used;
      return (await fetch()) !== used;
    },
  };

  function fetch(): Promise<Keys> {
    flight ??= read().finally(() => {
      flight = null;
    });
    return flight;
  }

  async function read(): Promise<Keys> {
    askedAt = { wall: now(), monotonic: monotonic() };
    const text = await getSecretString();
    if (current?.text !== text) current = { text, keys: deriveKeys(text) };
    return current.keys;
  }

  async function getSecretString(): Promise<string> {
    const command = new GetSecretValueCommand({ SecretId: arn });
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const answer = await client.send(command, { abortSignal }).catch((error: Error) => {
      const why = abortSignal.aborted ? `no answer in ${timeoutMs} ms` : describeError(error);
      throw new UndecidedError(`Secrets Manager GetSecretValue of ${arn} failed: ${why}`);
    });
    if (!answer.SecretString) {
      throw new UndecidedError(
        `secret ${arn} has no SecretString; store CloudTAK's SigningSecret in it`,
      );
    }
    return answer.SecretString;
  }
}

/**
 * AWS's own text of a refusal, such as the key that the role may not use. Of other errors only the name: the message of
 * a JSON parser quotes the response, and with it the secret.
 */
const describeError = (error: Error): string =>
  error instanceof SecretsManagerServiceException ? `${error.name}: ${error.message}` : error.name;
