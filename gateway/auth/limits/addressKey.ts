import { isIPv6 } from "node:net";
import { isLoopback } from "../../net/addresses";

/**
 * The key of a client address in limits: an IPv4 address itself, an IPv6 address's /64, because a client that has one
 * address of it has them all. Undefined for loopback, where all clients of a bridge come from: it has no limits.
 */
export function addressKey(address: string): string | undefined {
  if (isLoopback(address)) return undefined;
  return isIPv6(address) ? network64(address) : address;
}

function network64(address: string): string {
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? [];
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  const first = [...before, ...zeros, ...after].slice(0, 4);
  return `${first.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** An IPv4 address at the end stands for two groups, which are none of the first four but after "::". */
const groups = (text: string): string[] =>
  text === ""
    ? []
    : text.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : [group]));
