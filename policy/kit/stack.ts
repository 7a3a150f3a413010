import type { PolicyResource, StackValidationArgs } from "@pulumi/policy";
import { Property } from "./property";
import { type Answer, anyOf, ask, known, no, yes } from "./tristate";

/** One resource among all of a stack, as a stack rule sees it. */
export interface StackResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Property;
  /** As the SDK gives it: parents and dependencies. */
  readonly raw: PolicyResource;
}

/** Properties that hold what other resources call a resource by. */
const identities = ["id", "arn", "name", "bucket", "keyId"];

/** All resources of a stack, and how they refer to each other. */
export class Stack {
  readonly resources: readonly StackResource[];

  constructor({ resources }: StackValidationArgs) {
    this.resources = resources.map((raw) => ({
      type: raw.type,
      name: raw.name,
      urn: raw.urn,
      props: Property.of(raw.props),
      raw,
    }));
  }

  of(types: readonly string[]): StackResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** Whether `property` of `from`, or an element of it, names `to`. */
  refers(from: StackResource, property: string, to: StackResource): Answer {
    const values = from.props.at(property).items();
    return anyOf(...values.map((value) => this.names(from, value, to)));
  }

  /**
   * Whether a value among the properties of `from` names `to`. In a preview ids are not known yet: then what the
   * program passed in decides, which the engine knows as dependencies of each property. A dependency on a component
   * stands for what is in the component.
   */
  names(from: StackResource, value: Property, to: StackResource): Answer {
    if (!value.unknown && isIdentity(value, to)) return yes;
    // Not every provider repeats the id of a resource among its outputs; one that does has settled it.
    if (!value.unknown && !to.props.get("id").missing) return no;
    const [root = ""] = value.path.split(/[.[]/);
    const dependencies = from.raw.propertyDependencies[root] ?? [];
    if (dependencies.length === 0) return ask(value, () => false);
    return known(dependencies.some((dependency) => contains(dependency, to.raw)));
  }

  /** Whether the program took `property` of `from` from `to`, and from nothing else. */
  isTakenFrom(from: StackResource, property: string, to: StackResource): boolean {
    const dependencies = from.raw.propertyDependencies[property] ?? [];
    return dependencies.length > 0 && dependencies.every(({ urn }) => urn === to.urn);
  }

  /** Those of `candidates` whose `property` surely names `to`. */
  referring(
    candidates: readonly StackResource[],
    property: string,
    to: StackResource,
  ): StackResource[] {
    return candidates.filter((from) => this.refers(from, property, to).verdict === "yes");
  }
}

const isIdentity = (value: Property, to: StackResource): boolean =>
  identities.some((identity) => {
    const text = to.props.get(identity).text();
    return text !== "" && text === value.text();
  });

function contains(outer: PolicyResource, inner: PolicyResource): boolean {
  if (outer.urn === inner.urn) return true;
  return inner.parent !== undefined && contains(outer, inner.parent);
}
