import type { Property } from "../kit/property";
import type { Predicate } from "../kit/tristate";

/**
 * Names by IANA number; -1 is AWS's number for all protocols, no protocol the TCP of every service that leaves it out.
 */
const names: Readonly<Record<string, string>> = { "-1": "all", "6": "tcp", "17": "udp", "": "tcp" };

/** Names of the AWS APIs, and every other number, that carry neither TCP nor UDP streams. */
const neither = /^(quic|icmp|icmpv6|ipv6-icmp|\d+)$/;

/** A protocol's name in lower case; numbers as the provider reads them, to which "06" and "+6" are 6. */
function nameOf(protocol: Property): string {
  const text = protocol.text().toLowerCase();
  const name = /^[+-]?\d+$/.test(text) ? String(Number(text)) : text;
  return names[name] ?? name;
}

export const isEvery: Predicate = (protocol) => nameOf(protocol) === "all";

/** TLS, HTTP and TCP_UDP carry TCP as well; an unknown name counts as both. */
export const mayBeTcp: Predicate = (protocol) =>
  nameOf(protocol) !== "udp" && !neither.test(nameOf(protocol));

export const mayBeUdp: Predicate = (protocol) =>
  nameOf(protocol) !== "tcp" && !neither.test(nameOf(protocol));
