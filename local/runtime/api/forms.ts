import { isRecord } from "../state";

type Input = Record<string, unknown>;

/**
 * The input of the query protocol: `Names.member.1=a&Entries.member.1.Key=b`, in EC2's dialect without `member`. Lists hold text
 * or objects.
 */
export function formInput(form: URLSearchParams): Input {
  const input: Input = {};
  for (const [name, value] of form) {
    const path = name.split(".").filter((part) => part !== "member");
    setIn(input, path, value);
  }
  return input;
}

/** Members of lists are numbered from 1. */
function setIn(target: Input | unknown[], [part = "", ...rest]: string[], value: string): void {
  const owner = target as Input;
  const key = Array.isArray(target) ? String(Number(part) - 1) : part;
  if (rest.length === 0) {
    owner[key] = value;
    return;
  }
  owner[key] ??= /^\d+$/.test(rest[0] ?? "") ? [] : {};
  setIn(owner[key] as Input, rest, value);
}

/** Members as XML; the items of a list are `<member>`, in EC2's dialect `<item>`. */
export function xmlMembers(value: unknown, item: "member" | "item"): string {
  if (Array.isArray(value)) {
    return value.map((each) => `<${item}>${xmlMembers(each, item)}</${item}>`).join("");
  }
  if (isRecord(value)) {
    return Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `<${name}>${xmlMembers(member, item)}</${name}>`)
      .join("");
  }
  return escapedXml(String(value));
}

export const escapedXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
