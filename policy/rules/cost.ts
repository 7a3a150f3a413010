import { known } from "../kit/answer";
import { Property } from "../kit/property";
import { stackRule } from "../kit/rule";
import { monthlyUsd } from "./prices";

export const monthlyCost = stackRule({
  name: "monthly-cost",
  description:
    "Warns when a development stack is estimated to cost more than the configured amount.",
  severity: "low",
  level: "advisory",
  ids: {},
  remediationSteps:
    "Use fewer NAT gateways or a smaller task, destroy the stack over night, or raise maximumUsd.",
  config: {
    properties: { maximumUsd: { type: "number", minimum: 0, maximum: 100000, default: 100 } },
    defaults: { maximumUsd: 100 },
  },
  checkStack: (stack, found, { environment, config }) => {
    if (environment === "production") return;
    const usd = stack.resources
      .map(({ type, props }) => monthlyUsd(type, props))
      .reduce((sum, price) => sum + price, 0);
    found.refuse(
      known(usd > config.maximumUsd),
      Property.of({}),
      `the stack costs about ${usd.toFixed(0)} US dollars a month before traffic, more than ${config.maximumUsd}`,
    );
  },
});

export const costRules = [monthlyCost] as const;
