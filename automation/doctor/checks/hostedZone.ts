import {
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import { domainOf } from "../../../config";
import { type Finding, fault, notChecked, ok, warning } from "../../checks/finding";
import type { DoctorCheck, DoctorContext } from "../context";

const subject = "hosted zone";

/** The zone in which ACM's proof and the stack's alias are written must be the one that the internet asks. */
export const hostedZone: DoctorCheck = {
  subject,
  reads: ["aws:region", "domainName", "hostedZoneName", "certificateArn"],
  applies: ({ settings: { certificate } }) => domainOf(certificate) !== undefined,
  run: async (context, abortSignal) => {
    const { aws, machine, target } = context;
    const { certificate } = context.settings;
    const domain = domainOf(certificate);
    if (!domain) return [];
    const name = domain.hostedZoneName;
    const list = new ListHostedZonesByNameCommand({ DNSName: name });
    const { HostedZones = [] } = await aws.route53.send(list, { abortSignal });
    const [zone, ...others] = HostedZones.filter(
      (each) => each.Name === `${name}.` && !each.Config?.PrivateZone,
    );
    if (zone && others.length > 0) {
      const ids = [zone, ...others].map(({ Id = "" }) => Id.split("/").at(-1));
      const message = `this account has several public hosted zones ${name}: ${ids.join(", ")}; the deployment takes one alone`;
      const remedy = `aws route53 delete-hosted-zone --id <the one to which ${name} is not delegated>`;
      return [fault(subject, message, remedy)];
    }
    if (!zone) {
      const remedy = `aws route53 create-hosted-zone --name ${name} --caller-reference ${name}`;
      return [fault(subject, `there is no public hosted zone ${name} in this account`, remedy)];
    }
    const taken = await recordFindings(zone.Id ?? "", domain.domainName, context, abortSignal);
    if (target === "local") {
      return [
        ...taken,
        notChecked(subject, `${name} is there; the local cloud has no DNS to delegate it in`),
      ];
    }
    const described = await aws.route53.send(new GetHostedZoneCommand({ Id: zone.Id }), {
      abortSignal,
    });
    const expected = described.DelegationSet?.NameServers ?? [];
    const delegated = await delegatedTo(machine.nameServers, name);
    return [...taken, delegationFinding(name, expected, delegated)];
  },
};

/** Records of others where the stack's alias is written: Route 53 refuses an A record beside an A or CNAME. */
async function recordFindings(
  HostedZoneId: string,
  domainName: string,
  { aws, deployed }: DoctorContext,
  abortSignal: AbortSignal,
): Promise<Finding[]> {
  const isOwn = (await deployed("aws:route53/record:Record")).some(
    ({ properties }) => properties.name === domainName,
  );
  if (isOwn) return [];
  const command = new ListResourceRecordSetsCommand({ HostedZoneId, StartRecordName: domainName });
  const { ResourceRecordSets = [] } = await aws.route53.send(command, { abortSignal });
  const types = ResourceRecordSets.filter(
    ({ Name }) => Name?.toLowerCase() === `${domainName.toLowerCase()}.`,
  ).map(({ Type }) => Type ?? "");
  const remedy = `delete it with aws route53 change-resource-record-sets --hosted-zone-id ${HostedZoneId}, or choose another domainName`;
  const found = (type: string) => `${domainName} has a record of type ${type} already`;
  return types.flatMap((type) => {
    if (type === "A" || type === "CNAME") {
      return [fault(subject, `${found(type)}, beside which the stack's is refused`, remedy)];
    }
    if (type !== "AAAA") return [];
    return [warning(subject, `${found(type)}, which leads clients with IPv6 elsewhere`, remedy)];
  });
}

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
