/**
 * How Pulumi puts secrets, unknowns, assets and outputs into the JSON of its gRPC messages
 * (pulumi/pulumi sdk/go/common/resource/plugin/rpc.go).
 */

export type Value = null | boolean | number | string | readonly Value[] | Properties;
export interface Properties {
  readonly [name: string]: Value;
}

/** Stands for a value that is not known before the update has run. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

export const secret = (value: Value): Properties => ({ [signatureKey]: secretSignature, value });

export const isObject = (value: Value | undefined): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

export const isSecret = (value: Value | undefined): boolean =>
  isObject(value) && value[signatureKey] === secretSignature;

/** Assets and archives carry a hash of their content; it alone decides whether they changed. */
export const contentHash = (value: Value | undefined): string | undefined =>
  isObject(value) && signatureKey in value && typeof value.hash === "string"
    ? value.hash
    : undefined;

/** Rewrites output values, which newer engines may send, as secrets, unknowns or plain values. */
export function withoutOutputs(value: Value): Value {
  if (isList(value)) {
    return value.map(withoutOutputs);
  }
  if (!isObject(value)) {
    return value;
  }
  if (value[signatureKey] === outputSignature) {
    const inner = value.value === undefined ? unknown : withoutOutputs(value.value);
    return value.secret === true ? secret(inner) : inner;
  }
  return mapValues(value, withoutOutputs);
}

/** The value with every secret unwrapped. Never log or store what this returns. */
export function plain(value: Value): Value {
  if (isList(value)) {
    return value.map(plain);
  }
  if (!isObject(value)) {
    return value;
  }
  return isSecret(value) ? plain(value.value ?? null) : mapValues(value, plain);
}

export function hasSecret(value: Value | undefined): boolean {
  if (isList(value)) {
    return value.some(hasSecret);
  }
  return isObject(value) && (isSecret(value) || Object.values(value).some(hasSecret));
}

/** True when the value is, contains, or was made from an unknown one. */
export function hasUnknown(value: Value | undefined): boolean {
  if (typeof value === "string") {
    return value.includes(unknown);
  }
  if (isList(value)) {
    return value.some(hasUnknown);
  }
  return isObject(value) && Object.values(value).some(hasUnknown);
}

export const mapValues = (
  properties: Properties,
  change: (value: Value, name: string) => Value,
): Properties =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, change(value, name)]),
  );
