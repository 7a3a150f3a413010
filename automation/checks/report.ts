import type { Finding } from "./finding";

const subjectWidth = 22;

/** One finding in one line. */
export const line = ({ level, subject, message, remedy }: Finding): string =>
  `${level.padEnd(8)} ${subject.padEnd(subjectWidth)} ${message}${remedy === undefined ? "" : ` -> ${remedy}`}`;

/** "12 ok, 2 warnings, 1 fault". */
export function tally(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) =>
    findings.filter((finding) => finding.level === level).length;
  const counted = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  return `${count("ok")} ok, ${counted(count("warning"), "warning")}, ${counted(count("fault"), "fault")}`;
}

export const hasFault = (findings: readonly Finding[]): boolean =>
  findings.some(({ level }) => level === "fault");
