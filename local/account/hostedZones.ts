import { createHash } from "node:crypto";

/** Id of the hosted zone of a name; the program makes none, so every zone counts as existing. */
export const zoneIdOf = (name: string): string =>
  `Z${createHash("sha256").update(name).digest("hex").slice(0, 20).toUpperCase()}`;
