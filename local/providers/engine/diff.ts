import { contentHash, isList, isObject, type Properties, plain, type Value } from "./wire";

export type DiffKind = "add" | "delete" | "update";

/** Changes by property path, such as `defaultActions[0].targetGroupArn`. */
export type Changes = ReadonlyMap<string, DiffKind>;

/** Compares checked inputs: secrets by value, archives by content; an unknown differs from all. */
export function changesBetween(olds: Properties, news: Properties): Changes {
  const changes = new Map<string, DiffKind>();
  for (const name of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    if (name !== "__defaults") {
      compare(name, plain(olds[name] ?? null), plain(news[name] ?? null), changes);
    }
  }
  return changes;
}

/** The top-level property that a path is in. */
export const rootOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? path;

function compare(path: string, old: Value, now: Value, changes: Map<string, DiffKind>): void {
  const hash = contentHash(now);
  if (hash !== undefined && hash === contentHash(old)) {
    return;
  }
  if (old === null || now === null) {
    if (old !== now) {
      changes.set(path, old === null ? "add" : "delete");
    }
  } else if (isList(old) && isList(now)) {
    for (let index = 0; index < Math.max(old.length, now.length); index++) {
      compare(`${path}[${index}]`, old[index] ?? null, now[index] ?? null, changes);
    }
  } else if (hash === undefined && isObject(old) && isObject(now)) {
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
      compare(path + step(name), old[name] ?? null, now[name] ?? null, changes);
    }
  } else if (!isEqual(old, now)) {
    changes.set(path, "update");
  }
}

/** A port given as "443" is the same as 443, as in the real provider. */
const isEqual = (old: Value, now: Value) =>
  old === now || (!isObject(old) && !isList(old) && !isObject(now) && String(old) === String(now));

const step = (name: string) =>
  /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
