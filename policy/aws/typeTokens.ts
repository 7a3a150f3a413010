/** Tokens of one resource under every module and name that the AWS provider has or had it in. */
export const tokens = (modules: readonly string[], ...resources: readonly string[]): string[] =>
  modules.flatMap((module) =>
    resources.map(
      (resource) =>
        `aws:${module}/${resource.charAt(0).toLowerCase()}${resource.slice(1)}:${resource}`,
    ),
  );

/** Network and Application Load Balancers; the last two modules are names in older programs. */
export const elbv2 = (...resources: string[]): string[] =>
  tokens(["lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"], ...resources);

export const classicElb = tokens(["elb", "elasticloadbalancing"], "LoadBalancer");

export const s3 = (...resources: string[]): string[] =>
  tokens(["s3"], ...resources.flatMap((resource) => [resource, `${resource}V2`]));

export const aws = (module: string, ...resources: string[]): string[] =>
  tokens([module], ...resources);
