/** What a check found about one thing; one line of the report. */
export interface Finding {
  readonly level: "ok" | "warning" | "fault";
  /** What was looked at. */
  readonly subject: string;
  readonly message: string;
  /** The command or step that mends it. */
  readonly remedy?: string;
}

export const ok = (subject: string, message: string): Finding => ({
  level: "ok",
  subject,
  message,
});

/** Works today, or could not be looked at. */
export const warning = (subject: string, message: string, remedy?: string): Finding => ({
  level: "warning",
  subject,
  message,
  ...(remedy === undefined ? {} : { remedy }),
});

/** Does not work. */
export const fault = (subject: string, message: string, remedy: string): Finding => ({
  level: "fault",
  subject,
  message,
  remedy,
});

/** A check that could not be made is never "ok". */
export const notChecked = (subject: string, reason: string, remedy?: string): Finding =>
  warning(subject, `not checked: ${reason}`, remedy);
