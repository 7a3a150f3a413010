import { invokes } from "../../providers/aws/dataSources";
import { Inputs } from "../../providers/engine/inputs";
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
      const found = !call.account.facts().missing.includes(name);
      return {
        HostedZones: found ? [{ Id: `/hostedzone/${zoneIdOf(name, call)}`, Name: `${name}.` }] : [],
        IsTruncated: false,
      };
    },
    GetHostedZone: (input, call) => {
      const Id = text(input.Id);
      const [, zone] =
        Object.entries(call.account.facts().hostedZones).find(
          ([name]) => zoneIdOf(name, call) === Id,
        ) ?? [];
      return {
        HostedZone: { Id: `/hostedzone/${Id}` },
        DelegationSet: { NameServers: zone?.nameServers ?? awsNameServers },
      };
    },
  },
};

/** As the provider's data source knows it. */
function zoneIdOf(name: string, { account, region }: Call): string {
  const find = invokes["aws:route53/getZone:getZone"];
  return text(find?.(new Inputs({ name }), account.asProvider(region), account.store).zoneId);
}
