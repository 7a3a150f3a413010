import { isEvery, mayBeTcp } from "../aws/ipProtocol";
import type { Property } from "../kit/property";
import { anyOf, ask, type Verdict } from "../kit/tristate";

/** A port number 0-65535, or not known in this preview. */
export type Bound = number | "unknown";

/** Something that listens on ports or lets traffic to ports through. */
export interface PortExposure {
  /** What it is, for messages: "listener", "ingress rule". */
  readonly what: string;
  readonly at: Property;
  readonly carriesTcp: Verdict;
  /** First port, inclusive. */
  readonly from: Bound;
  /** Last port, inclusive. */
  readonly to: Bound;
  /** Those of its properties that are not known in this preview. */
  readonly unknowns: readonly Property[];
}

const lastPort = 65535;

/** Whether one of the protocols carries TCP; none means TCP. */
const carriesTcp = (protocols: readonly Property[]): Verdict =>
  protocols.length === 0
    ? "yes"
    : anyOf(...protocols.map((protocol) => ask(protocol, mayBeTcp))).verdict;

/** A port as number or string. Missing, -1 (AWS: all) and unreadable count as `open`: the widest reading. */
function bound(port: Property, open: number): Bound {
  if (port.unknown) return "unknown";
  const text = port.text();
  return /^\d+$/.test(text) ? Number(text) : open;
}

/** Ports `from` to `to`; a missing end is open. No protocol means TCP. */
export function range(
  what: string,
  at: Property,
  from: Property,
  to: Property,
  ...protocols: Property[]
): PortExposure {
  return {
    what,
    at,
    carriesTcp: carriesTcp(protocols),
    from: bound(from, 0),
    to: bound(to, lastPort),
    unknowns: [from, to, ...protocols].filter((property) => property.unknown),
  };
}

/** A single port; none when it is missing, for then the service does not use one. */
export function single(what: string, port: Property, ...protocols: Property[]): PortExposure[] {
  return port.missing ? [] : [range(what, port, port, port, ...protocols)];
}

/** A port or a range written as text: "8554", "8000-9000". */
export function span(what: string, at: Property, ...protocols: Property[]): PortExposure {
  const exposure = range(what, at, at, at, ...protocols);
  const ends = /^(\d+)\s*-\s*(\d+)$/.exec(at.text());
  return ends ? { ...exposure, from: Number(ends[1]), to: Number(ends[2]) } : exposure;
}

/**
 * A rule of a firewall. With all protocols it ignores its ports, and programs then write 0 for both, so a
 * rule from 0 to 0 whose protocol is not known yet may turn out to admit every port.
 */
export function firewallRule(
  what: string,
  at: Property,
  from: Property,
  to: Property,
  protocol: Property,
): PortExposure {
  const rule = range(what, at, from, to, protocol);
  const everyPort = protocol.unknown ? rule.from === 0 && rule.to === 0 : isEvery(protocol);
  return everyPort
    ? {
        ...rule,
        from: 0,
        to: lastPort,
        unknowns: [protocol].filter((property) => property.unknown),
      }
    : rule;
}

/** Whether TCP reaches `port` through the exposure. */
export function exposesPort(exposure: PortExposure, port: number): Verdict {
  const { from, to } = exposure;
  // A range is never reversed (AWS refuses it), so one known end on the port settles the other.
  const starts = from === "unknown" ? reaches(to === port) : reaches(from <= port, true);
  const ends = to === "unknown" ? reaches(from === port) : reaches(port <= to, true);
  const verdicts = [exposure.carriesTcp, starts, ends];
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}

function reaches(condition: boolean, known = false): Verdict {
  if (condition) return "yes";
  return known ? "no" : "unknown";
}

/** The rules in a list of a resource, as security groups and what is written like them have it. */
export const firewallRules =
  (list: string) =>
  (resource: Property): PortExposure[] =>
    resource
      .get(list)
      .items()
      .map((rule) =>
        firewallRule(
          "ingress rule",
          rule,
          rule.get("fromPort"),
          rule.get("toPort"),
          rule.get("protocol"),
        ),
      );
