/** One resource of an exported deployment, secrets unwrapped. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** Something that exists in the account, without its secrets. */
export interface Existing {
  readonly type: string;
  readonly id: string;
  readonly arn: string;
  readonly properties: Properties;
}

/** The resources with what exists in the account by now; secrets are those that were there before. */
export function withExisting(
  resources: readonly Resource[],
  existing: readonly Existing[],
): Resource[] {
  const isOf = ({ type, id, outputs }: Resource, item: Existing) =>
    type === item.type && id === item.id && (item.arn === "" || text(outputs.arn) === item.arn);
  const changed = resources.map((resource) => {
    const item = existing.find((one) => isOf(resource, one));
    return item ? { ...resource, outputs: { ...resource.outputs, ...item.properties } } : resource;
  });
  const added = existing
    .filter((item) => !resources.some((resource) => isOf(resource, item)))
    .map(({ type, id, properties }) => ({
      urn: `urn:pulumi:local::account::${type}::${id}`,
      type,
      id,
      inputs: {},
      outputs: properties,
    }));
  return [...changed, ...added];
}

export type Properties = Readonly<Record<string, unknown>>;

/** The key by which Pulumi marks special values in a deployment, and its mark for a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/**
 * The resources of what `pulumi stack export --show-secrets` prints (already parsed).
 *
 * @throws Error when it is no deployment or holds a secret that is still encrypted.
 */
export function readDeployment(exported: unknown): Resource[] {
  const { deployment } = record(exported);
  if (!isRecord(deployment)) {
    throw new Error("no deployment found; expected the output of `pulumi stack export`");
  }
  // Resources marked `delete` were replaced and only wait for their deletion.
  return list(deployment.resources)
    .map(record)
    .filter((resource) => resource.delete !== true)
    .map((resource) => ({
      urn: text(resource.urn),
      type: text(resource.type),
      id: text(resource.id),
      inputs: record(unwrap(resource.inputs, text(resource.urn))),
      outputs: record(unwrap(resource.outputs, text(resource.urn))),
    }));
}

function unwrap(value: unknown, urn: string): unknown {
  if (Array.isArray(value)) return value.map((item) => unwrap(item, urn));
  if (!isRecord(value)) return value;
  if (value[signatureKey] === secretSignature) {
    if (typeof value.plaintext !== "string") {
      throw new Error(`${urn} holds an encrypted secret; export with --show-secrets`);
    }
    return unwrap(JSON.parse(value.plaintext), urn);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item, urn)]));
}

/** A resource seen through its properties; an output wins over the input of the same name. */
export class Entry {
  readonly name: string;
  readonly type: string;
  readonly id: string;

  constructor(private readonly resource: Resource) {
    this.name = resource.urn.slice(resource.urn.lastIndexOf("::") + 2);
    this.type = resource.type;
    this.id = resource.id;
  }

  raw(key: string): unknown {
    return this.resource.outputs[key] ?? this.resource.inputs[key];
  }

  /** "" when absent. */
  text(key: string): string {
    return text(this.raw(key));
  }

  /** Also reads numbers that arrive as strings; undefined when absent. */
  number(key: string): number | undefined {
    return number(this.raw(key));
  }

  /** True for true and "true". */
  flag(key: string): boolean {
    return this.text(key) === "true";
  }

  texts(key: string): string[] {
    return list(this.raw(key)).map(text);
  }

  records(key: string): Properties[] {
    return list(this.raw(key)).map(record);
  }

  record(key: string): Properties {
    return record(this.raw(key));
  }
}

/** All resources of a stack, to be looked up by type and property. */
export class State {
  private readonly entries: readonly Entry[];

  constructor(resources: readonly Resource[]) {
    this.entries = resources.map((resource) => new Entry(resource));
  }

  all(type: string): Entry[] {
    return this.entries.filter((entry) => entry.type === type);
  }

  byId(type: string, id: string): Entry | undefined {
    return this.all(type).find((entry) => entry.id === id);
  }

  /** First resource of the type whose property has this value. */
  find(type: string, key: string, value: string): Entry | undefined {
    return this.all(type).find((entry) => entry.text(key) === value);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const record = (value: unknown): Properties => (isRecord(value) ? value : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string =>
  value === undefined || value === null ? "" : String(value);
export const number = (value: unknown): number | undefined =>
  value === undefined || value === null || value === "" || Number.isNaN(Number(value))
    ? undefined
    : Number(value);
