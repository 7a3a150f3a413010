import { readdirSync, readFileSync } from "node:fs";

/** Memory of the processes of each group in MiB, by the process that leads it. */
export type MemoryByGroup = ReadonlyMap<number, number>;

/**
 * What the processes of these groups hold and the kernel cannot take back, as the limit of a task counts it: anonymous and
 * shared memory. undefined where there is no /proc, as on macOS.
 */
export function memoryOf(leaders: readonly number[], folder = "/proc"): MemoryByGroup | undefined {
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch {
    return undefined;
  }
  const found = new Map(leaders.map((leader) => [leader, 0]));
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    const status = readStatus(`${folder}/${entry}/status`);
    const group = field(status, "NSpgid");
    const known = group === undefined ? undefined : found.get(group);
    if (group === undefined || known === undefined) continue;
    const kib = (field(status, "RssAnon") ?? 0) + (field(status, "RssShmem") ?? 0);
    found.set(group, known + kib / 1024);
  }
  return found;
}

/** "" when the process has ended meanwhile. */
function readStatus(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const field = (status: string, name: string): number | undefined => {
  const value = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1];
  return value === undefined ? undefined : Number(value);
};
