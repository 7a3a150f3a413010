import { GetHostedZoneCommand, ListHostedZonesByNameCommand } from "@aws-sdk/client-route-53";
import { domainOf } from "../../../config";
import { type Finding, fault, notChecked, ok } from "../../checks/finding";
import type { DoctorCheck } from "../context";

const subject = "hosted zone";

/** The zone in which ACM's proof and the stack's alias are written must be the one that the internet asks. */
export const hostedZone: DoctorCheck = {
  subject,
  reads: ["aws:region", "domainName", "hostedZoneName", "certificateArn"],
  applies: ({ settings: { certificate } }) => domainOf(certificate) !== undefined,
  run: async ({ aws, settings: { certificate }, machine, target }, abortSignal) => {
    const domain = domainOf(certificate);
    if (!domain) return [];
    const name = domain.hostedZoneName;
    const list = new ListHostedZonesByNameCommand({ DNSName: name });
    const { HostedZones = [] } = await aws.route53.send(list, { abortSignal });
    const zone = HostedZones.find((each) => each.Name === `${name}.` && !each.Config?.PrivateZone);
    if (!zone) {
      const remedy = `aws route53 create-hosted-zone --name ${name} --caller-reference ${name}`;
      return [fault(subject, `there is no public hosted zone ${name} in this account`, remedy)];
    }
    if (target === "local") {
      return [
        notChecked(subject, `${name} is there; the local cloud has no DNS to delegate it in`),
      ];
    }
    const described = await aws.route53.send(new GetHostedZoneCommand({ Id: zone.Id }), {
      abortSignal,
    });
    const expected = described.DelegationSet?.NameServers ?? [];
    return [delegationFinding(name, expected, await delegatedTo(machine.nameServers, name))];
  },
};

const noAnswer = ["ENOTFOUND", "ENODATA", "NXDOMAIN"];

/** [] when the name has no NS records. */
async function delegatedTo(
  nameServers: (zone: string) => Promise<string[]>,
  zone: string,
): Promise<string[]> {
  try {
    return await nameServers(zone);
  } catch (error) {
    if (noAnswer.includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

export function delegationFinding(
  zone: string,
  expected: readonly string[],
  found: readonly string[],
): Finding {
  const bare = (names: readonly string[]) =>
    names.map((name) => name.toLowerCase().replace(/\.$/, "")).sort();
  const [wanted, actual] = [bare(expected), bare(found)];
  const remedy = `at the registrar or in the zone above, set the NS records of ${zone} to ${wanted.join(", ")}`;
  if (actual.length === 0) return fault(subject, `${zone} is not delegated: no NS records`, remedy);
  if (actual.some((name) => wanted.includes(name))) {
    return ok(subject, `${zone}, delegated to ${actual.join(", ")}`);
  }
  return fault(
    subject,
    `${zone} is delegated to ${actual.join(", ")}, not to its own servers`,
    remedy,
  );
}
