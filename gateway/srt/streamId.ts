import type { Credentials } from "../admission";
import { distinctReadings, percentDecode, splitStreamKey, trimSlashes } from "../readings";

/** What a stream id asks for. */
export interface StreamRequest {
  readonly action: "publish" | "read";
  /** Stream name, percent-decoded, without leading and trailing slashes. */
  readonly stream: string;
  /** Ways to read the credentials, at least one; empty credentials when the id carries none. */
  readonly readings: readonly Credentials[];
}

const actions: Readonly<Record<string, StreamRequest["action"]>> = {
  publish: "publish",
  read: "read",
  request: "read",
};

/**
 * Reads a stream id:
 * - `user:pass:name`, the stream key, publishes
 * - `publish:name`, `read:name`, each also with `:user:pass` and `:user:pass:query`, or `:token=...`
 * - `#!::r=name,m=publish|request,u=user,s=pass`, the standard form; without `m` it reads
 *
 * @returns undefined when it has none of these forms
 */
export function readStreamId(streamId: string): StreamRequest | undefined {
  // Larix appends this.
  const text = streamId.replace(/#feedbackplay$/, "");
  if (text.startsWith("#!::")) return readStandard(text.slice("#!::".length));
  const [mode = "", name, ...rest] = text.split(":");
  const action = Object.hasOwn(actions, mode) ? actions[mode] : undefined;
  if (action && name !== undefined) return request(action, name, readRest(rest));
  const key = splitStreamKey(text);
  return key && request("publish", key.name, readings(key.user, key.password));
}

function request(
  action: StreamRequest["action"],
  name: string,
  all: readonly Credentials[],
): StreamRequest {
  const stream = trimSlashes(percentDecode(name));
  return { action, stream, readings: distinctReadings(all) };
}

/** What follows the name: nothing, a query with a token, or user and password and perhaps a query. */
function readRest([user = "", ...rest]: readonly string[]): Credentials[] {
  const token = rest.length === 0 && /^(?:token|jwt)=(.*)$/.exec(user)?.[1];
  if (token) return [{ user: "", password: "", token: percentDecode(token) }];
  const whole = readings(user, rest.join(":"));
  // CloudTAK's own URLs end the user with a stray brace.
  const braceless = user.endsWith("}") ? readings(user.slice(0, -1), rest.join(":")) : [];
  const withoutQuery = rest.length > 1 ? readings(user, rest.slice(0, -1).join(":")) : [];
  return [...whole, ...braceless, ...withoutQuery];
}

/** FFmpeg and OBS send `+` as a space and leave percent-encoding as typed. */
function readings(user: string, password: string): Credentials[] {
  const typed = (text: string) => percentDecode(text.replaceAll(" ", "+"));
  return [
    { user, password, token: "" },
    { user: typed(user), password: typed(password), token: "" },
  ];
}

const standardKeys = /^([rmushta])=(.*)$/s;

/** Pairs joined by commas; what begins with no known key belongs to the password before it. */
function readStandard(text: string): StreamRequest | undefined {
  const values = new Map<string, string>();
  let current = "";
  for (const part of text.split(",")) {
    const [, key, value = ""] = standardKeys.exec(part) ?? [];
    if (key === undefined && current !== "s") continue;
    values.set(key ?? "s", key === undefined ? `${values.get("s")},${part}` : value);
    current = key ?? current;
  }
  const mode = values.get("m") ?? "request";
  const action = mode === "publish" || mode === "request" ? actions[mode] : undefined;
  const name = values.get("r");
  if (!action || name === undefined) return undefined;
  return request(action, name, readings(values.get("u") ?? "", values.get("s") ?? ""));
}
