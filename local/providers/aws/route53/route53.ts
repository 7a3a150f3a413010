import { inputNames } from "../../engine/inputNames";
import { fault, faultsIn, notAmong, Refusal, type ResourceTypes } from "../../engine/resourceType";

const recordTypes = "A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT";

/** Route 53 takes names with and without the closing dot, in any case. */
export const recordName = (name: string | undefined): string =>
  (name ?? "").replace(/\.$/, "").toLowerCase();

/** DNS records. */
export const route53: ResourceTypes = {
  "aws:route53/record:Record": {
    inputs: inputNames["aws:route53/record:Record"],
    replaceOn: "name zoneId",
    faults: (inputs) =>
      faultsIn(
        notAmong(inputs, "type", "InvalidInput", recordTypes.split(" ")),
        fault(
          inputs.has("records") === inputs.has("aliases"),
          "records",
          "InvalidInput",
          "set exactly one of records, aliases",
        ),
        fault(
          inputs.has("records") && !inputs.has("ttl"),
          "ttl",
          "InvalidInput",
          'records need "ttl"',
        ),
        fault(
          inputs.has("aliases") && inputs.has("ttl"),
          "ttl",
          "InvalidInput",
          'an alias takes the "ttl" of its target: leave it out',
        ),
      ),
    identity: (inputs) => ({
      id: `${inputs.text("zoneId")}_${recordName(inputs.text("name"))}_${inputs.text("type")}`,
    }),
    derived: (inputs) => ({
      fqdn: inputs.isUnknown("name") ? "" : recordName(inputs.text("name")),
    }),
    refuse: (inputs, inventory, self) => {
      const name = recordName(inputs.text("name"));
      const same = inventory.find(
        "aws:route53/record:Record",
        (record, item) =>
          item.id !== self?.id &&
          recordName(record.text("name")) === name &&
          record.text("zoneId") === inputs.text("zoneId") &&
          record.text("type") === inputs.text("type") &&
          record.text("setIdentifier") === inputs.text("setIdentifier"),
      );
      if (same && inputs.flag("allowOverwrite") !== true) {
        throw new Refusal(
          "InvalidChangeBatch",
          `Tried to create resource record set [name='${name}.', type='${inputs.text("type")}'] ` +
            "but it already exists",
        );
      }
    },
  },
};
