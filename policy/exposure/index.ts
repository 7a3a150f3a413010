import type { Property } from "../kit/property";
import { applications } from "./applications";
import { loadBalancers } from "./loadBalancers";
import { networks } from "./networks";
import type { PortExposure } from "./portExposure";
import { securityGroups } from "./securityGroups";
import type { ExposureTable } from "./table";

/** Every resource type of the AWS provider that opens, or lets traffic to, a TCP port that the user chooses. */
export const exposureTable: ExposureTable = {
  ...securityGroups,
  ...loadBalancers,
  ...networks,
  ...applications,
};

/** What a resource opens; nothing for the types that are not in the table. */
export function exposuresOf(type: string, resource: Property): PortExposure[] {
  const read = Object.hasOwn(exposureTable, type) ? exposureTable[type] : undefined;
  return read ? read(resource) : [];
}
