import { parseJson } from "../../shared/parse";
import type { StackResource } from "../stackResources";

/** A container of a task definition. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly variables: Readonly<Record<string, string>>;
  /** All of its definition. */
  readonly text: string;
}

interface Definition {
  readonly name?: string;
  readonly image?: string;
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

/** The containers of a task definition; none when they are not known yet. */
export function containersOf({ properties }: StackResource): Container[] {
  const definitions = parsed(properties.containerDefinitions);
  if (!Array.isArray(definitions)) return [];
  return (definitions as Definition[]).map((definition) => ({
    name: definition.name ?? "",
    image: definition.image ?? "",
    variables: Object.fromEntries(
      (definition.environment ?? []).map(({ name, value }) => [name, value]),
    ),
    text: JSON.stringify(definition),
  }));
}

/** In a plan a value that is not known is the engine's mark, which is no JSON. */
const parsed = (value: unknown): unknown =>
  typeof value === "string" ? parseJson(value) : undefined;
