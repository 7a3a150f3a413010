import { isStreamName } from "../../shared/authContract";
import type { Credentials } from "../auth/credentials/credentials";
import {
  distinctCandidates,
  findStreamKey,
  percentDecode,
  trimPasted,
  trimSlashes,
  typedAndDecoded,
} from "../auth/credentials/streamKey";

/** What a stream id asks for. */
export interface StreamRequest {
  readonly action: "publish" | "read";
  /** Stream name, percent-decoded, without leading and trailing slashes. */
  readonly stream: string;
  /** Ways to read the credentials, at least one; empty credentials when the id carries none. */
  readonly candidates: readonly Credentials[];
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
 * - `#!::r=name,m=publish|request,u=user,s=pass`, the standard form; without `m` it reads. The stream key may stand in
 *   `r`, or in `u` when there is no `r`. Keys may be in upper case and behind blanks; those of vendors are dropped
 * - `name?user=..&pass=..`, `name?token=..`, without a colon, publishes; with `&m=request` it reads
 * - a whole `srt://` URL with any of these as its `streamid`
 *
 * Each may be percent-encoded, as a whole or in part: FFmpeg and OBS send what was typed. White space, line ends and
 * slashes around it are dropped.
 *
 * @returns undefined when it has none of these forms
 */
export function readStreamId(streamId: string): StreamRequest | undefined {
  const typed = idOfUrl(trimPasted(streamId));
  const requests = [typed, percentDecode(typed)].map((text) => readForm(trimPasted(text)));
  // What is encoded in part may look like another form with a strange name.
  return requests.find((one) => one && isStreamName(one.stream)) ?? requests.find((one) => one);
}

/** A pasted URL instead of the id that it holds. */
function idOfUrl(text: string): string {
  if (!/^srt:\/\//i.test(text)) return text;
  return percentDecode(/[?&]streamid=([^&]*)/i.exec(text)?.[1] ?? "");
}

function readForm(pasted: string): StreamRequest | undefined {
  // Larix appends this.
  const text = pasted.replace(/#feedbackplay$/, "");
  if (text.startsWith("#!::")) return readStandard(text.slice("#!::".length));
  const [mode = "", name, ...rest] = text.split(":");
  const action = Object.hasOwn(actions, mode) ? actions[mode] : undefined;
  if (action && name !== undefined) return request(action, name, readRest(rest));
  return readKey("publish", text) ?? readQueryForm(text);
}

function readKey(action: StreamRequest["action"], text: string): StreamRequest | undefined {
  const key = findStreamKey(text);
  return key && request(action, key.name, credentialCandidates(key.user, key.password));
}

/** For programs that cut the id at its first colon. */
function readQueryForm(text: string): StreamRequest | undefined {
  const [, name, query = ""] = /^([^:?]+)\?([^:]*)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const values = new URLSearchParams(query);
  const mode = values.get("m") ?? "publish";
  const action = Object.hasOwn(actions, mode) ? actions[mode] : undefined;
  const token = values.get("token") ?? values.get("jwt") ?? "";
  const [user, password] = [values.get("user") ?? "", values.get("pass") ?? ""];
  return action && request(action, name, [{ user, password, token }]);
}

function request(
  action: StreamRequest["action"],
  name: string,
  all: readonly Credentials[],
): StreamRequest {
  const stream = trimSlashes(percentDecode(name).trim());
  return { action, stream, candidates: distinctCandidates(all) };
}

/** What follows the name: nothing, a query with a token, or user and password and perhaps a query. */
function readRest([user = "", ...rest]: readonly string[]): Credentials[] {
  const token = rest.length === 0 && /^(?:token|jwt)=(.*)$/.exec(user)?.[1];
  if (token) return [{ user: "", password: "", token: percentDecode(token) }];
  const whole = credentialCandidates(user, rest.join(":"));
  // CloudTAK's own URLs end the user with a stray brace.
  const braceless = user.endsWith("}")
    ? credentialCandidates(user.slice(0, -1), rest.join(":"))
    : [];
  const withoutQuery =
    rest.length > 1 ? credentialCandidates(user, rest.slice(0, -1).join(":")) : [];
  return [...whole, ...braceless, ...withoutQuery];
}

/** FFmpeg and OBS send `+` as a space and leave percent-encoding as typed. */
const credentialCandidates = (user: string, password: string): Credentials[] =>
  typedAndDecoded(user, password, {
    decode: (text) => percentDecode(text.replaceAll(" ", "+")),
  });

const standardKey = /^\s*([rmushta])=(.*)$/is;
const vendorKey = /^\s*[a-z][\w.-]+=/i;

/**
 * Pairs joined by commas. What begins with no known key belongs to the password before it, unless it looks like
 * the key of a vendor, which both readings are made of.
 */
function readStandard(text: string): StreamRequest | undefined {
  const values = new Map<string, string>();
  let current = "";
  let withVendorKeys: string | undefined;
  for (const part of text.split(",")) {
    const [, key, value = ""] = standardKey.exec(part) ?? [];
    if (key !== undefined) {
      current = key.toLowerCase();
      values.set(current, value);
    } else if (current === "s") {
      const before = withVendorKeys ?? values.get("s");
      const isVendorKey = vendorKey.test(part) || withVendorKeys !== undefined;
      if (isVendorKey) withVendorKeys = `${before},${part}`;
      else values.set("s", `${before},${part}`);
    }
  }
  const mode = values.get("m")?.trim().toLowerCase() ?? "request";
  const action = mode === "publish" || mode === "request" ? actions[mode] : undefined;
  if (!action) return undefined;
  const [name, user, password] = [values.get("r"), values.get("u"), values.get("s")];
  const key = readKey(action, name ?? user ?? "");
  if (key || name === undefined) return key;
  const vendor =
    withVendorKeys === undefined ? [] : credentialCandidates(user ?? "", withVendorKeys);
  return request(action, name, [...credentialCandidates(user ?? "", password ?? ""), ...vendor]);
}
