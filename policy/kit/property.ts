/**
 * One value among a resource's properties, with its path. Reading never throws: in a preview the policy
 * SDK throws at each access to a value that is not known yet, which would hide everything after it. Here
 * such a value is a Property with `unknown` set, and so is everything below it.
 */
export class Property {
  private constructor(
    /** As a program writes it, e.g. `ingress[0].fromPort`; "" for the resource itself. */
    readonly path: string,
    readonly value: unknown,
    /** The SDK's own error, when the value is not known in this preview. */
    readonly unknown?: Error,
    private readonly keysInAnyCase = false,
  ) {}

  /** @param props the properties of a resource as the SDK hands them to a policy */
  static of(props: object): Property {
    return new Property("", props);
  }

  /**
   * The JSON document that this property holds, under the same path. Its keys are found in any case: so do the readers
   * of container definitions (Go's encoding/json) and of IAM's condition keys.
   */
  holding(document: unknown): Property {
    return new Property(this.path, document, undefined, true);
  }

  get missing(): boolean {
    return !this.unknown && (this.value === undefined || this.value === null || this.value === "");
  }

  /** True for `true` and "true", the two ways in which programs and configuration files write it. */
  get flag(): boolean {
    return this.text().toLowerCase() === "true";
  }

  /** The value as a number, undefined when it is not a number. */
  get number(): number | undefined {
    const text = this.text();
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  }

  /** @param path keys with dots between: `healthCheck.port` */
  at(path: string): Property {
    return path.split(".").reduce((property, key) => property.get(key), this as Property);
  }

  get(key: string): Property {
    if (this.unknown) return this;
    return this.child(key, this.path === "" ? key : `${this.path}.${key}`);
  }

  /** Elements of a list; a single value is a list of one, a missing one is empty. */
  items(): Property[] {
    if (this.missing) return [];
    if (this.unknown || !Array.isArray(this.value)) return [this];
    return Array.from({ length: this.value.length }, (_, index) =>
      this.child(String(index), `${this.path}[${index}]`),
    );
  }

  /** Keys and values of a map, both as Property; unknown ones when the map is unknown. */
  entries(): { key: Property; value: Property }[] {
    if (this.unknown) return [{ key: this, value: this }];
    if (typeof this.value !== "object" || this.value === null) return [];
    return Object.keys(this.value).map((key) => {
      const value = this.get(key);
      return { key: new Property(value.path, key), value };
    });
  }

  /** What `convert` makes of the value's text, under the same path; missing and unknown stay as they are. */
  map(convert: (text: string) => unknown): Property {
    return this.missing || this.unknown ? this : new Property(this.path, convert(this.text()));
  }

  /** The value as text for messages and comparison, "" when missing or unknown. */
  text(): string {
    return this.missing || this.unknown ? "" : String(this.value).trim();
  }

  private child(key: string, path: string): Property {
    const { value, keysInAnyCase } = this;
    if (typeof value !== "object" || value === null) return new Property(path, undefined);
    const name = keysInAnyCase ? keyLike(value, key) : key;
    try {
      const child = (value as Record<string, unknown>)[name];
      return new Property(path, child, undefined, keysInAnyCase);
    } catch (error) {
      return new Property(path, undefined, error as Error);
    }
  }
}

/** Of keys that differ in case only, Go lets the last one win. */
function keyLike(value: object, key: string): string {
  const lowerCase = key.toLowerCase();
  const same = Object.keys(value).filter((name) => name.toLowerCase() === lowerCase);
  return same.at(-1) ?? key;
}
