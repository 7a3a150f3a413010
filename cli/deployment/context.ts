import { type Fault, nearest, shown } from "../../config/fault";
import { type Key, keys } from "../../config/keys";
import type { MediaInfraArgs } from "../../config/mediaInfraArgs";

/** Values that were given with `--context`, and what is wrong with the others. */
export interface Context {
  readonly args: Partial<MediaInfraArgs>;
  readonly faults: readonly Fault[];
}

/**
 * Reads `key=value` by the table of configuration keys. `mediamtx.cpu` is another way to write `mediamtxCpu`. Items of a
 * list are separated by commas, and so are the `name=value` of an object.
 */
export function parseContext(entries: readonly string[]): Context {
  const args: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const entry of entries) {
    const [written = "", text] = split(entry);
    const name = written.replaceAll(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const key = Object.hasOwn(keys, name)
      ? (keys as Record<string, Key<unknown>>)[name]
      : undefined;
    const value = key && text !== undefined ? read(key, text) : undefined;
    const wrong =
      text === undefined
        ? noValue(written, key)
        : !key
          ? unknown(written)
          : Object.hasOwn(args, name)
            ? twice(written)
            : value === undefined
              ? notAllowed(written, key, text)
              : undefined;
    if (wrong) faults.push(wrong);
    else args[name] = value;
  }
  return { args: args as Partial<MediaInfraArgs>, faults };
}

function split(entry: string): [string, string?] {
  const at = entry.indexOf("=");
  return at < 0 ? [entry] : [entry.slice(0, at), entry.slice(at + 1)];
}

const read = ({ type, format }: Key<unknown>, text: string): unknown => {
  const items = text.split(",").map((item) => item.trim());
  if (type === "array") return format.read(JSON.stringify(items));
  if (type !== "object") return format.read(text);
  const entries = items.map(split);
  if (entries.some(([, value]) => value === undefined)) return undefined;
  return format.read(JSON.stringify(Object.fromEntries(entries)));
};

const noValue = (name: string, key: Key<unknown> | undefined): Fault => ({
  key: shown(name),
  problem: "has no value",
  allowed: "needed: key=value",
  remedy: `--context ${shown(name)}=${key?.example ?? "..."}`,
});

function unknown(name: string): Fault {
  const suggestion = nearest(name.replaceAll(".", ""), Object.keys(keys));
  return {
    key: shown(name),
    problem: "is not a key of this project",
    allowed: `did you mean "${suggestion}"?`,
    remedy: `--context ${suggestion}=...`,
  };
}

const twice = (name: string): Fault => ({
  key: shown(name),
  problem: "is given twice",
  allowed: "allowed: once",
  remedy: "leave one of them out",
});

const notAllowed = (name: string, key: Key<unknown>, text: string): Fault => ({
  key: shown(name),
  problem: key.hidden ? "has a value that is not allowed" : `is ${shown(text)}`,
  allowed: `allowed: ${key.format.allowed}`,
  remedy: `--context ${shown(name)}=${key.example}`,
});
