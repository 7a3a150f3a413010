import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isRecord, number, type Properties } from "../state";

/** An event of a log stream. */
export interface LogEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly message: string;
}

const folderOf = (root: string, logGroup: string): string => join(root, `logs${logGroup}`);

export const hasLogGroup = (root: string, logGroup: string): boolean =>
  /^\/[\w./-]+$/.test(logGroup) && !logGroup.includes("..") && existsSync(folderOf(root, logGroup));

/** The events of a log group, in the order of their streams. A line without a time takes that of its file. */
export function logEvents(root: string, logGroup: string): LogEvent[] {
  if (!hasLogGroup(root, logGroup)) return [];
  const folder = folderOf(root, logGroup);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".log"))
    .flatMap((name) => {
      const file = join(folder, name);
      const { mtimeMs } = statSync(file);
      return readFileSync(file, "utf8")
        .split("\n")
        .filter((message) => message !== "")
        .map((message) => ({
          logStreamName: name.replace(/\.log$/, ""),
          timestamp: number(jsonOf(message).time) ?? Math.floor(mtimeMs),
          message,
        }));
    });
}

/** All log groups of a local cloud. */
export function logGroupNames(root: string): string[] {
  const folder = join(root, "logs");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const groups = files
    .filter((name) => name.endsWith(".log"))
    .map((name) => /^(ecs|aws\/lambda)\/[^/]+/.exec(name)?.[0])
    .filter((name) => name !== undefined);
  return [...new Set(groups)].map((name) => `/${name}`);
}

export function jsonOf(line: string): Properties {
  if (!line.includes("{")) return {};
  try {
    const value: unknown = JSON.parse(line.slice(line.indexOf("{")));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
