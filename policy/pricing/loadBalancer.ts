import type { Property } from "../kit/property";
import { type Charge, count, type Formula, type Priced } from "./charge";
import type { Prices } from "./prices";
import { hoursPerMonth } from "./units";
import { gigabytesOut, gigabytesThrough } from "./usage";

const subnetType = "aws:ec2/subnet:Subnet";

const kinds: Readonly<
  Record<string, { readonly hour: keyof Prices; readonly unitHour: keyof Prices }>
> = {
  network: { hour: "networkLoadBalancerHour", unitHour: "networkCapacityUnitHour" },
  application: { hour: "applicationLoadBalancerHour", unitHour: "applicationCapacityUnitHour" },
};

const kindOf = (props: Property): string => props.get("loadBalancerType").text() || "application";

const isPublic = ({ props }: Priced): boolean => !props.get("internal").flag;

/** All media goes through the public load balancers, shared equally where there are several. */
export const loadBalancer: Formula = (resource, { traffic, resources }) => {
  const kind = kinds[kindOf(resource.props)];
  if (!kind) return [{ reason: `no formula for a ${kindOf(resource.props)} load balancer` }];
  const hour = { what: "load balancer", quantity: hoursPerMonth, unit: "hours", price: kind.hour };
  if (!isPublic(resource)) {
    return [hour, { reason: "capacity units of an internal load balancer" }];
  }
  const others = resources.filter((other) => other.type === resource.type && isPublic(other));
  const units: Charge = {
    what: "capacity units",
    quantity: gigabytesThrough(traffic) / others.length,
    unit: "GB",
    price: kind.unitHour,
  };
  const egress: Charge = {
    what: "out to viewers",
    quantity: gigabytesOut(traffic) / others.length,
    unit: "GB",
    price: "internetGigabyte",
  };
  return [hour, addresses(resource), units, egress];
};

/** One in each zone; one that is an Eip is charged there. */
function addresses(resource: Priced): Charge | { reason: string } {
  const zones = count(resource, "subnets", subnetType);
  const mappings = resource.props.get("subnetMappings").items();
  if (zones === undefined)
    return { reason: "public IPv4 addresses: its subnets are not known yet" };
  const own = mappings.filter((mapping) => mapping.get("allocationId").missing).length;
  const amount = mappings.length > 0 ? own : zones;
  return {
    what: `${amount} public IPv4`,
    quantity: amount * hoursPerMonth,
    unit: "hours",
    price: "publicIpv4Hour",
  };
}
