/** A resource of a stack, deployed or planned, in one shape for what draws and prices it. */
export interface StackResource {
  readonly urn: string;
  readonly type: string;
  /** In the program. */
  readonly name: string;
  /** URN, "" for the stack itself. */
  readonly parent: string;
  /** Of AWS; undefined for what is only planned. */
  readonly id: string | undefined;
  /** False for components and for the stack, which exist in the program only. */
  readonly custom: boolean;
  /** Inputs and outputs, the outputs on top. Secrets and what is not known yet are what the engine puts in place. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** URNs of what the value of a top-level property came from. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** The resources of one stack. */
export interface StackResources {
  /** Name of the stack. */
  readonly stack: string;
  /** Where the AWS provider works, if it says so. */
  readonly region: string | undefined;
  /** Without providers. */
  readonly resources: readonly StackResource[];
}

/** The engine's own words, in a deployment and in a preview. */
interface EngineResource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  delete?: boolean;
  parent?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  propertyDependencies?: Record<string, string[] | null>;
}

/**
 * What `pulumi stack export` prints, parsed; secrets may be encrypted.
 *
 * @throws Error when it is none, or when nothing is deployed.
 */
export function deployedResources(exported: unknown): StackResources {
  const resources = engineResources(exported);
  if (resources.length === 0) {
    throw new Error("nothing is deployed; expected the output of `pulumi stack export` of a stack");
  }
  return stackResources(resources);
}

/** The resources of a type in what `pulumi stack export` prints, parsed; none when nothing is deployed. */
export const deployedOfType = (exported: unknown, type: string): StackResource[] =>
  engineResources(exported)
    .filter((resource) => resource.type === type)
    .map(stackResource);

function engineResources(exported: unknown): EngineResource[] {
  const { deployment } = (exported ?? {}) as { deployment?: { resources?: EngineResource[] } };
  const resources = deployment?.resources;
  // Marked `delete`: replaced, and only waiting for the end.
  return Array.isArray(resources) ? resources.filter((resource) => resource.delete !== true) : [];
}

/**
 * What `pulumi preview --json` prints, parsed: the resources that there will be. Of a stack that is deployed already
 * it takes `--show-sames` for all of them.
 *
 * @throws Error when it is none, or when the stack would be empty.
 */
export function plannedResources(preview: unknown): StackResources {
  const { steps, config } = (preview ?? {}) as {
    steps?: { op: string; newState?: EngineResource }[];
    config?: Record<string, string>;
  };
  if (!Array.isArray(steps)) {
    throw new Error("no plan; expected the output of `pulumi preview --json`");
  }
  // A replacement comes in several steps with the same new state.
  const planned = new Map(
    steps.flatMap(({ op, newState }) =>
      newState && !op.startsWith("delete") ? [[newState.urn, newState]] : [],
    ),
  );
  if (planned.size === 0) throw new Error("the plan holds no resources");
  return stackResources([...planned.values()], config?.["aws:region"]);
}

function stackResources(resources: readonly EngineResource[], region?: string): StackResources {
  const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
  return {
    stack: resources[0]?.urn.split("::")[0]?.split(":").at(-1) ?? "",
    region: region ?? asText(provider?.inputs?.region),
    resources: resources
      .filter(({ type }) => !type.startsWith("pulumi:providers:"))
      .map(stackResource),
  };
}

const stackResource = ({
  urn,
  type,
  parent = "",
  id,
  custom = false,
  inputs,
  outputs,
  propertyDependencies,
}: EngineResource): StackResource => ({
  urn,
  type,
  name: urn.slice(urn.lastIndexOf("::") + 2),
  parent,
  id,
  custom,
  properties: { ...inputs, ...outputs },
  dependencies: Object.fromEntries(
    Object.entries(propertyDependencies ?? {}).map(([name, urns]) => [name, urns ?? []]),
  ),
});

const asText = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
