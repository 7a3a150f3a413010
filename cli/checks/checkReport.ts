import type { Finding } from "../../automation/checks/finding";
import { hasFault, line, tally } from "../../automation/checks/report";
import { exitCodes } from "../../automation/errors";

/** Prints findings as they come, and at the end how many there are of each level. */
export class CheckReport {
  readonly #findings: Finding[] = [];

  constructor(private readonly json: boolean) {}

  readonly add = (findings: readonly Finding[]): void => {
    this.#findings.push(...findings);
    for (const finding of findings) {
      this.#say(line(finding), { type: "finding", ...finding });
    }
  };

  note(message: string): void {
    this.#say(message, { type: "note", message });
  }

  /** Answers the exit code. */
  end(): number {
    const exitCode = hasFault(this.#findings) ? exitCodes.unexpected : exitCodes.success;
    this.#say(tally(this.#findings), { type: "result", exitCode });
    return exitCode;
  }

  #say(text: string, value: object): void {
    console.log(this.json ? JSON.stringify(value) : text);
  }
}
