import { isUtf8 } from "node:buffer";
import type { AdmissionRequest, Authorizer } from "../authorizer";
import { type Credentials, noCredentials } from "./credentials";

/** Parts of the stream key `user:pass:name`, as written. */
export interface StreamKey {
  readonly user: string;
  readonly password: string;
  readonly name: string;
}

/**
 * Splits a stream key. The first colon ends the user and the last one starts the name, so the password
 * may hold colons. undefined when there are fewer than two colons.
 */
function splitStreamKey(key: string): StreamKey | undefined {
  const first = key.indexOf(":");
  const last = key.lastIndexOf(":");
  if (first === last) return undefined;
  return {
    user: key.slice(0, first),
    password: key.slice(first + 1, last),
    name: key.slice(last + 1),
  };
}

/** The parts of a stream key, which may be percent-encoded as a whole. */
export const findStreamKey = (text: string): StreamKey | undefined =>
  splitStreamKey(text) ?? splitStreamKey(percentDecode(text));

/** User and password as they were typed, then as they are when the client has encoded them. */
export function typedAndDecoded(
  user: string,
  password: string,
  { token = "", decode = percentDecode } = {},
): Credentials[] {
  return [
    { user, password, token },
    { user: decode(user), password: decode(password), token },
  ];
}

/** Without those that say the same as an earlier one, and at most three: each may cost a login. */
export function distinctCandidates(candidates: readonly Credentials[]): Credentials[] {
  const same = (a: Credentials, b: Credentials) =>
    a.user === b.user && a.password === b.password && a.token === b.token;
  return candidates
    .filter((one, index) => candidates.findIndex((other) => same(one, other)) === index)
    .slice(0, 3);
}

/**
 * Asks with each candidate in turn, the next one only when the one before was refused as "bad-credentials". Clients
 * differ in whether they decode what a user typed into a URL, and a password does not show it.
 */
export async function admitFirstMatch(
  authorizer: Authorizer,
  request: Omit<AdmissionRequest, keyof Credentials>,
  candidates: readonly Credentials[],
): ReturnType<Authorizer["admit"]> {
  for (const candidate of candidates.slice(0, -1)) {
    const answer = await authorizer.admit({ ...request, ...candidate });
    if (answer.admitted || answer.reason !== "bad-credentials") return answer;
  }
  const last = candidates.at(-1) ?? noCredentials;
  return authorizer.admit({ ...request, ...last });
}

/**
 * Without the white space before and the line ends behind a text from the clipboard. Blanks at the end stay: they may
 * be part of a password.
 */
export function trimPasted(text: string): string {
  const pasted = text.trimStart();
  let end = pasted.length;
  while (pasted[end - 1] === "\n" || pasted[end - 1] === "\r") end--;
  return pasted.slice(0, end);
}

/** A loop: a regular expression takes quadratic time on a long run of slashes that is not at the end. */
export function trimTrailingSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end--;
  return text.slice(0, end);
}

/** Without slashes at either end. */
export const trimSlashes = (text: string): string => trimTrailingSlashes(text.replace(/^\/+/, ""));

/** Percent-encoded UTF-8 decoded; whatever is not that stays as it is. */
export function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    const bytes = Buffer.from(run.replaceAll("%", ""), "hex");
    return isUtf8(bytes) ? bytes.toString() : run;
  });
}
