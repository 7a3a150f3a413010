import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The system's Chromium. */
export function chromiumPath(): string {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "chromium"))
    .find(existsSync);
  if (!found) throw new Error("Chromium is not installed; apt-get install chromium");
  return found;
}
