import { Property } from "../kit/property";
import { stackRule } from "../kit/rule";
import type { StackResource } from "../kit/stack";
import { known } from "../kit/tristate";
import type { Priced } from "../pricing/charge";
import { estimate } from "../pricing/estimate";
import { type PricedRegion, pricedRegions } from "../pricing/prices";
import { noUsage } from "../pricing/usage";

interface Config {
  readonly maximumUsd: number;
  readonly region: PricedRegion;
}

const priced = ({ urn, type, name, props, raw }: StackResource): Priced => ({
  urn,
  type,
  name,
  props,
  dependencies: (property) => (raw.propertyDependencies[property] ?? []).map(({ urn }) => urn),
});

export const monthlyCost = stackRule<"monthly-cost", Config>({
  name: "monthly-cost",
  description:
    "Warns when a development stack is estimated to cost more than the configured amount.",
  severity: "low",
  level: "advisory",
  ids: {},
  remediationSteps:
    "Use fewer NAT gateways or a smaller task, destroy the stack over night, or raise maximumUsd.",
  config: {
    properties: {
      maximumUsd: { type: "number", minimum: 0, maximum: 100000, default: 100 },
      region: { enum: pricedRegions, default: "us-east-1" },
    },
    defaults: { maximumUsd: 100, region: "us-east-1" },
  },
  checkStack: (stack, report, { environment, config }) => {
    if (environment === "production") return;
    const { region, maximumUsd } = config;
    const { idleUsd } = estimate(stack.resources.map(priced), region, noUsage);
    report.refuse(
      known(idleUsd > maximumUsd),
      Property.of({}),
      `the stack costs about ${idleUsd.toFixed(0)} US dollars a month before traffic at the prices of ${region}, more than ${maximumUsd}`,
    );
  },
});

export const costRules = [monthlyCost] as const;
