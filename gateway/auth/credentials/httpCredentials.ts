import { isUtf8 } from "node:buffer";
import type { Credentials } from "./credentials";

/** UTF-8 is what the credentials of CloudTAK's users are in (RFC 7617 section 2.1). */
export const basicChallenge = 'Basic realm="tak-media", charset="UTF-8"';

/**
 * The one credential of an HTTP request, undefined when it has none: the Authorization header (Basic or
 * Bearer), else `?token=` or `?jwt=`, else `?user=&pass=`. All others of the request are left out, so
 * none can stand in for the one that was decided about.
 */
export function httpCredentials(
  authorization: string | undefined,
  query: URLSearchParams,
): Credentials | undefined {
  if (authorization) return headerCredentials(authorization);
  const token = query.get("token") || query.get("jwt");
  if (token) return { user: "", password: "", token };
  const user = query.get("user") ?? "";
  const password = query.get("pass") ?? "";
  return user || password ? { user, password, token: "" } : undefined;
}

function headerCredentials(authorization: string): Credentials | undefined {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return { user: "", password: "", token: value };
    case "basic": {
      const bytes = Buffer.from(value, "base64");
      // Some programs send Latin-1 whatever the challenge says (RFC 7617 section 3).
      const text = bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");
      const colon = text.indexOf(":");
      if (colon === -1 || text === ":") return undefined;
      return { user: text.slice(0, colon), password: text.slice(colon + 1), token: "" };
    }
    default:
      return undefined;
  }
}
