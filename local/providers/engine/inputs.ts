import { hasSecret, isList, isObject, type Properties, plain, unknown, type Value } from "./wire";

/**
 * Reads properties by type. Secrets are unwrapped; a value that is absent, unknown or of another type
 * reads as undefined, so a rule applies to known values only.
 */
export class Inputs {
  private readonly properties: Properties;
  private readonly secrets: ReadonlySet<string>;

  constructor(properties: Properties) {
    this.secrets = new Set(Object.keys(properties).filter((name) => hasSecret(properties[name])));
    this.properties = plain(properties) as Properties;
  }

  /** True when the property is set, be its value known or not. */
  has(name: string): boolean {
    const value = this.properties[name];
    return value !== undefined && value !== null;
  }

  /** The value as a message may show it. */
  shown(name: string): string {
    return this.secrets.has(name) ? "[secret]" : JSON.stringify(this.properties[name]);
  }

  isUnknown(name: string): boolean {
    return this.properties[name] === unknown;
  }

  value(name: string): Value | undefined {
    return this.properties[name];
  }

  text(name: string): string | undefined {
    const value = this.properties[name];
    return typeof value === "string" && !value.includes(unknown) ? value : undefined;
  }

  /** Numbers may arrive as strings, as in the real provider. */
  number(name: string): number | undefined {
    const value = this.properties[name];
    if (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)) {
      return Number(value);
    }
    return typeof value === "number" ? value : undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.properties[name];
    return typeof value === "boolean" ? value : value === "true" ? true : undefined;
  }

  /** Known strings of a list; [] when absent. */
  texts(name: string): string[] {
    const value = this.properties[name];
    return isList(value)
      ? value.filter((entry): entry is string => typeof entry === "string" && entry !== unknown)
      : [];
  }

  object(name: string): Inputs {
    const value = this.properties[name];
    return new Inputs(isObject(value) ? value : {});
  }

  /** Known objects of a list; [] when absent. */
  objects(name: string): Inputs[] {
    const value = this.properties[name];
    return isList(value) ? value.filter(isObject).map((entry) => new Inputs(entry)) : [];
  }

  /** Number of entries of a list, known or not. */
  count(name: string): number {
    const value = this.properties[name];
    return isList(value) ? value.length : 0;
  }
}
