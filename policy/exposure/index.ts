import type { Property } from "../kit/property";
import { applications } from "./applications";
import { loadBalancers } from "./loadBalancers";
import { networks } from "./networks";
import type { Opening } from "./portExposure";
import { securityGroups } from "./securityGroups";
import type { OpeningTable } from "./table";

/** Every resource type of the AWS provider that opens, or lets traffic to, a TCP port that the user chooses. */
export const openingTable: OpeningTable = {
  ...securityGroups,
  ...loadBalancers,
  ...networks,
  ...applications,
};

/** What a resource opens; nothing for the types that are not in the table. */
export function openings(type: string, resource: Property): Opening[] {
  const read = Object.hasOwn(openingTable, type) ? openingTable[type] : undefined;
  return read ? read(resource) : [];
}
