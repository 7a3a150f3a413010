import { zoneIdOf } from "../../account/hostedZones";
import { recordName } from "../../providers/aws/route53/route53";
import type { Call, Service } from "../api/service";
import { text } from "../state";

const awsNameServers = ["ns-1.awsdns-00.com", "ns-2.awsdns-00.net"];

/** Route 53: the hosted zone of a name, with the servers to which it must be delegated. */
export const route53: Service = {
  protocol: "rest",
  prefix: "route53",
  operations: {
    ListHostedZonesByName: (input, call) => {
      const name = text(input.dnsname).replace(/\.$/, "");
      const { missing, hostedZones } = call.account.facts();
      const count = missing.includes(name) ? 0 : (hostedZones[name]?.count ?? 1);
      const Id = `/hostedzone/${zoneIdOf(name)}`;
      const HostedZones = Array.from({ length: count }, (_, index) => ({
        Id: index === 0 ? Id : `${Id}${index}`,
        Name: `${name}.`,
      }));
      return { HostedZones, IsTruncated: false };
    },
    GetHostedZone: (input, call) => {
      const Id = text(input.Id);
      const zone = declaredZone(Id, call);
      return {
        HostedZone: { Id: `/hostedzone/${Id}` },
        DelegationSet: { NameServers: zone?.nameServers ?? awsNameServers },
      };
    },
    // From a name on, in the order of names.
    ListResourceRecordSets: (input, call) => {
      const Id = text(input.Id);
      const made = call.account
        .inventory()
        .of("aws:route53/record:Record")
        .filter(({ properties }) => properties.zoneId === Id)
        .map(({ properties }) => ({ name: text(properties.name), type: text(properties.type) }));
      const all = [...(declaredZone(Id, call)?.records ?? []), ...made]
        .map(({ name, type }) => ({ Name: `${recordName(name)}.`, Type: type }))
        .filter(({ Name }) => Name >= recordName(text(input.name)))
        .sort((one, other) => (one.Name < other.Name ? -1 : 1));
      return { ResourceRecordSets: all, IsTruncated: false, MaxItems: "300" };
    },
  },
};

const declaredZone = (id: string, { account }: Call) =>
  Object.entries(account.facts().hostedZones).find(([name]) => zoneIdOf(name) === id)?.[1];
