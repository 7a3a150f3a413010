import type { StackResource, StackResources } from "../../automation/stackResources";

const root = "urn:pulumi:test::tak-media-infra::pulumi:pulumi:Stack::tak-media-infra-test";

/** A resource as the engine has deployed it; `parent` is a URN. */
export const resource = (
  name: string,
  type: string,
  properties: object = {},
  parent = root,
  dependencies: Readonly<Record<string, readonly StackResource[]>> = {},
): StackResource => ({
  urn: `urn:pulumi:test::tak-media-infra::${type}::${name}`,
  type,
  name,
  parent,
  id: undefined,
  custom: true,
  properties: properties as Record<string, unknown>,
  dependencies: Object.fromEntries(
    Object.entries(dependencies).map(([property, others]) => [
      property,
      others.map(({ urn }) => urn),
    ]),
  ),
});

export const component = (name: string, kind = "Network", parent = root): StackResource => ({
  ...resource(name, `tak-media-infra:index:${kind}`, {}, parent),
  id: undefined,
  custom: false,
});

export const stackOf = (
  resources: readonly StackResource[],
  region: string | undefined = undefined,
): StackResources => ({ stack: "test", region, resources });
