/** What runs after a deployment. */
export interface Health {
  /** Of the service's primary deployment; undefined when there is no such service. */
  readonly taskDefinitionArn: string | undefined;
  /** By protocol key; the listeners of a protocol share its target group. */
  readonly targets: readonly { readonly protocol: string; readonly healthy: number }[];
  /** What is not as deployed, one sentence each. */
  readonly problems: readonly string[];
}
