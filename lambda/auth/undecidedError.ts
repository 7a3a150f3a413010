/**
 * CloudTAK or the signing secret could not be asked, or the answer was none. The question is refused with
 * reason "undecided" and nothing is cached. The message goes to the log: it never holds a credential.
 */
export class UndecidedError extends Error {
  override readonly name = "UndecidedError";
}
