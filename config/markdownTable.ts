import { type Key, keys } from "./keys";

/** The configuration reference of docs/CONFIGURATION.md, a table in Markdown. */
export function configTable(): string {
  const rows = Object.entries<Key<unknown>>(keys).map(
    ([name, key]) =>
      `| \`${name}\` | ${key.type} | ${defaultText(key)} | ${key.description} | ${key.format.allowed} |`,
  );
  return [
    "| key | type | default | description | allowed |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function defaultText(key: Key<unknown>): string {
  if (key.requiredWithout) return `required without \`${key.requiredWithout}\``;
  const text = typeof key.default === "object" ? JSON.stringify(key.default) : String(key.default);
  return ["", "[]", "{}"].includes(text) ? "" : `\`${text}\``;
}
