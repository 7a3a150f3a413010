import type { AuthMode } from "../../../shared/authContract";
import type { CloudTak } from "../cloudtak/client";
import type { SigningSecret } from "../crypto/signingSecret";

/** What every operation of the function works with. */
export interface AuthContext {
  readonly cloudtak: CloudTak;
  readonly secret: SigningSecret;
  readonly authMode: AuthMode;
  /** Whether a management token or handle of a wrong signature is a reason to read the signing secret again. */
  readonly mayRefreshSecret: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
