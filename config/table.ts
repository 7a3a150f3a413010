import { type Key, keys } from "./keys";

/** The configuration reference of the README, a table in Markdown. */
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
  if (key.required) return "required";
  if (key.default === "" || (Array.isArray(key.default) && key.default.length === 0)) return "";
  return `\`${Array.isArray(key.default) ? JSON.stringify(key.default) : key.default}\``;
}
