import { protocols } from "../../../shared/protocols";
import { exposuresOf, exposureTable } from "../../exposure";
import { exposesPort, type PortExposure } from "../../exposure/portExposure";
import { resourceRule } from "../../kit/rule";
import { known } from "../../kit/tristate";

/** Plaintext protocols, each with the secure way to the same streams. */
const plaintext = protocols.flatMap(({ plain, secure }) =>
  plain ? [{ port: plain.port, name: plain.scheme.toUpperCase(), secure }] : [],
);

const names = (exposed: typeof plaintext) =>
  exposed.map(({ port, name }) => `${port} (${name})`).join(" and ");

const secureWays = plaintext
  .map(({ secure }) => `${secure.scheme.toUpperCase()} on port ${secure.port}`)
  .join(" and ");

/**
 * No plaintext RTMP (TCP 1935) and RTSP (TCP 8554): stream keys, passwords and video would cross the
 * network in clear. A port counts whatever the source may be (plaintext over peering is plaintext) and
 * whatever runs over it (TLS has ports of its own). UDP does not: RTMP and RTSP run over TCP (RFC 7826
 * dropped RTSP over UDP), and media ranges such as UDP 1024-65535 are common.
 *
 * The table of what is looked at is `exposure/`. What is left out, and why:
 *
 * | resource | reason |
 * |---|---|
 * | network ACL, Network Firewall, transit gateway policy, Firewall Manager ACL, finspace ACL | filters in front of a security group: allowing opens nothing, and an allow-all ACL is the default of a VPC |
 * | security group egress, health check ports, CloudFront and VPC origins, DMS, DataSync, Transfer, resolver, RADIUS, Network Monitor | connections that go out; the other end has its own listener |
 * | listener redirects | send the client to another listener, which counts |
 * | ECS container definitions, service discovery, EKS node port range, EC2 instances, EMR public access block | declare a port; a security group or target group lets traffic in, and those count |
 * | API Gateway, App Runner, CloudFront viewers, IVS, Lightsail distributions | AWS fixes the public ports, none of them ours (IVS: the provider has no insecure ingest) |
 * | Transfer servers, MQ, MSK, Client VPN | AWS fixes the ports |
 * | RDS, Aurora, DocumentDB, Neptune, Redshift, ElastiCache, MemoryDB, InfluxDB, Oracle | speak their own protocol on a chosen port, and a security group in front counts |
 * | MediaLive RTMP pull, MediaLive input security groups | outgoing; without a port of their own |
 * | Network Insights, Traffic Mirror, Inspector, Security Hub | look at traffic, carry none |
 * | CloudFormation, Cloud Control, other providers of AWS | the rule unread-resources refuses them |
 * | user data | text in another language, and a security group in front counts |
 */
export const insecurePorts = resourceRule({
  name: "insecure-ports",
  description: `Prohibits plaintext media: no AWS resource may open TCP ports ${names(plaintext)}.`,
  severity: "critical",
  level: "production",
  waivedBy: "configuration",
  ids: {},
  remediationSteps: `Run "pulumi config set enableInsecurePorts false", or take the port out of the resource; clients use ${secureWays}.`,
  types: Object.keys(exposureTable),
  check: (resource, report, { type }) => {
    for (const exposure of exposuresOf(type, resource)) {
      const exposed = plaintext.filter(({ port }) => exposesPort(exposure, port) === "yes");
      report.refuse(known(exposed.length > 0), exposure.at, violation(exposure, exposed));
      if (exposed.length > 0) continue;
      if (plaintext.some(({ port }) => exposesPort(exposure, port) === "unknown")) {
        report.unknowns.push(...exposure.unknowns);
      }
    }
  },
});

export const insecurePortRules = [insecurePorts] as const;

function violation({ what, from, to }: PortExposure, exposed: typeof plaintext): string {
  const ports =
    from === to
      ? `TCP port ${names(exposed)}`
      : `TCP ports ${show(from)}-${show(to)}, among them ${names(exposed)},`;
  return `${what} opens ${ports} in plaintext, so that stream keys, passwords and video can be read on the way`;
}

/** An end that is not known yet lies on the far side of the exposed port. */
const show = (bound: PortExposure["from"]) => (bound === "unknown" ? "?" : String(bound));
