import { zoneIdOf } from "../../../account/hostedZones";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong, notExactlyOne } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { ResourceTypes } from "../../engine/resourceType";

const recordTypes = "A AAAA CAA CNAME DS HTTPS MX NAPTR NS PTR SOA SPF SRV SSHFP SVCB TLSA TXT";

/** Route 53 takes names with and without the closing dot, in any case. */
export const recordName = (name: string | undefined): string =>
  (name ?? "").replace(/\.$/, "").toLowerCase();

/** DNS records. */
export const route53: ResourceTypes = {
  "aws:route53/record:Record": {
    inputs: inputNames["aws:route53/record:Record"],
    replaceOnChanges: "name zoneId",
    checkFailures: (inputs) =>
      failuresIn(
        notAmong(inputs, "type", "InvalidInput", recordTypes.split(" ")),
        notExactlyOne(inputs, "records", "InvalidInput", ["records", "aliases"]),
        failWhen(
          inputs.has("records") && !inputs.has("ttl"),
          "ttl",
          "InvalidInput",
          'records need "ttl"',
        ),
        failWhen(
          inputs.has("aliases") && inputs.has("ttl"),
          "ttl",
          "InvalidInput",
          'an alias takes the "ttl" of its target: leave it out',
        ),
      ),
    initialOutputs: (inputs) => ({
      id: `${inputs.text("zoneId")}_${recordName(inputs.text("name"))}_${inputs.text("type")}`,
    }),
    computedOutputs: (inputs) => ({
      fqdn: inputs.isUnknown("name") ? "" : recordName(inputs.text("name")),
    }),
    validate: (inputs, inventory, self, account) => {
      const name = recordName(inputs.text("name"));
      const type = inputs.text("type");
      const prior = Object.entries(account.facts().hostedZones)
        .filter(([zone]) => zoneIdOf(zone) === inputs.text("zoneId"))
        .flatMap(([, { records }]) => records)
        .filter((record) => recordName(record.name) === name)
        .map((record) => record.type);
      const isBesideCname = prior.some((each) => (each === "CNAME") !== (type === "CNAME"));
      if (!self && isBesideCname) {
        throw new AwsError(
          "InvalidChangeBatch",
          `RRSet of type ${type} with DNS name ${name}. is not permitted as it conflicts with other records with the same DNS name`,
        );
      }
      const same = inventory.find(
        "aws:route53/record:Record",
        (record, item) =>
          item.id !== self?.id &&
          recordName(record.text("name")) === name &&
          record.text("zoneId") === inputs.text("zoneId") &&
          record.text("type") === type &&
          record.text("setIdentifier") === inputs.text("setIdentifier"),
      );
      const isTaken = same !== undefined || (!self && prior.includes(type ?? ""));
      if (isTaken && inputs.flag("allowOverwrite") !== true) {
        throw new AwsError(
          "InvalidChangeBatch",
          `Tried to create resource record set [name='${name}.', type='${type}'] ` +
            "but it already exists",
        );
      }
    },
  },
};
