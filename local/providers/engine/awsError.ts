/** A call that AWS refuses, with AWS's own error code. */
export class AwsError extends Error {
  constructor(code: string, text: string) {
    super(`${code}: ${text}`);
    this.name = "AwsError";
  }
}
