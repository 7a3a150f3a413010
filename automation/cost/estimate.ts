import { Property } from "../../policy/kit/property";
import { type Estimate, estimate as estimateStack } from "../../policy/pricing/estimate";
import { isPriced, pricedRegions } from "../../policy/pricing/prices";
import { defaultUsage, type Usage } from "../../policy/pricing/usage";
import type { StackResource, StackResources } from "../stackResources";

/** Turns each access to a value that a preview does not know into an error, as in policies. */
const { unknownCheckingProxy } = require("@pulumi/policy/proxy") as {
  unknownCheckingProxy: (properties: object) => object;
};

/** There are no prices for the region, or no region. */
export class RegionError extends Error {}

export interface EstimateOptions {
  /** As far as it differs from {@link defaultUsage}. */
  readonly traffic?: Partial<Usage>;
  /** In place of the stack's own. */
  readonly region?: string | undefined;
}

/**
 * What a stack costs in a month.
 *
 * @throws RegionError when the prices of the region are not known: they differ too much between regions to go by others.
 */
export function estimate(
  stack: StackResources,
  { traffic, region = stack.region }: EstimateOptions = {},
): Estimate {
  const known = `prices are known for ${pricedRegions.join(" and ")}`;
  if (region === undefined) {
    throw new RegionError(`the region of stack "${stack.stack}" is not known; ${known}, name one`);
  }
  if (!isPriced(region)) {
    throw new RegionError(
      `no prices for region "${region}"; ${known}: estimate with one of them to compare`,
    );
  }
  const resources = stack.resources.filter(({ custom }) => custom).map(priced);
  return estimateStack(resources, region, { ...defaultUsage, ...traffic });
}

const priced = ({ urn, type, name, properties, dependencies }: StackResource) => ({
  urn,
  type,
  name,
  props: Property.of(unknownCheckingProxy(properties)),
  dependencies: (property: string) => dependencies[property] ?? [],
});
