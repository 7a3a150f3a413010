import { isRecord } from "../../state";

/**
 * The input of the query protocol: `Names.member.1=a&Names.member.2=b`, in EC2's dialect `SubnetId.1=a`. Lists hold text;
 * nothing that is served here takes objects.
 */
export function formInput(form: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of form) {
    const [, listName, index] = /^(\w+)(?:\.member)?\.(\d+)$/.exec(name) ?? [];
    if (listName === undefined) {
      input[name] = value;
    } else {
      const items = Array.isArray(input[listName]) ? (input[listName] as unknown[]) : [];
      items[Number(index) - 1] = value;
      input[listName] = items;
    }
  }
  return input;
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
