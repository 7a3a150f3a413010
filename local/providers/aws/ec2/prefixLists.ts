import { parseIpv4Network } from "../../../../shared/networks";
import { AwsError } from "../../engine/awsError";
import {
  type CheckFailure,
  failuresIn,
  failWhen,
  notAmong,
  notBetween,
} from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { names } from "../names";

export const prefixListType = "aws:ec2/managedPrefixList:ManagedPrefixList";

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const maxEntries = 1_000;

const entryFailures = (inputs: Inputs): CheckFailure[] => {
  const cidrs = inputs.objects("entries").map((entry) => entry.text("cidr"));
  const most = inputs.number("maxEntries");
  return failuresIn(
    failWhen(
      most !== undefined && cidrs.length > most,
      "entries",
      "PrefixListMaxEntriesExceeded",
      `the list has ${cidrs.length} entries, but maxEntries is ${most}`,
    ),
    ...cidrs.map((cidr, index) =>
      failWhen(
        cidr !== undefined && inputs.text("addressFamily") === "IPv4" && !parseIpv4Network(cidr),
        `entries[${index}]`,
        "InvalidParameterValue",
        `CIDR block ${cidr} is malformed; allowed: IPv4 with zero host bits`,
      ),
    ),
    ...cidrs.map((cidr, index) =>
      failWhen(
        cidr !== undefined && cidrs.indexOf(cidr) < index,
        `entries[${index}]`,
        "InvalidParameterValue",
        `CIDR block ${cidr} is in the list more than once`,
      ),
    ),
  );
};

/** Customer-managed prefix lists. */
export const prefixLists: ResourceTypes = {
  [prefixListType]: {
    inputs: inputNames[prefixListType],
    replaceOnChanges: "addressFamily",
    naming: names.prefixList,
    checkFailures: (inputs) => [
      ...failuresIn(
        notAmong(inputs, "addressFamily", "InvalidParameterValue", ["IPv4", "IPv6"]),
        notBetween(inputs, "maxEntries", "InvalidParameterValue", [1, maxEntries]),
      ),
      ...entryFailures(inputs),
    ],
    initialOutputs: (_inputs, account) => {
      const id = `pl-${account.hex(17)}`;
      return {
        id,
        arn: `arn:aws:ec2:${account.region}:${account.id}:prefix-list/${id}`,
        ownerId: account.id,
        version: 1,
      };
    },
    validateDelete: ({ id }, inventory) => {
      for (const direction of ["Ingress", "Egress"]) {
        const type = `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`;
        const user = inventory.find(type, (rule) => rule.text("prefixListId") === id);
        if (user) {
          throw new AwsError(
            "DependencyViolation",
            `resource ${id} has a dependent object: ${user.id}`,
          );
        }
      }
    },
  },
};
