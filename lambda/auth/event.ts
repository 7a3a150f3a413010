import { maxBatch, maxLogins } from "../../shared/authContract";

/** An event of the gateway; its questions and sessions are parsed later, one by one. */
export type AuthEvent =
  | {
      readonly operation: "decide";
      readonly questions: readonly unknown[];
      readonly mayRefreshSecret: boolean;
    }
  | { readonly operation: "login"; readonly logins: readonly unknown[] }
  | {
      readonly operation: "recheck";
      readonly sessions: readonly unknown[];
      readonly mayRefreshSecret: boolean;
    }
  | { readonly operation: "leases"; readonly page: number };

/** @throws Error for anything that is not an event */
export function readEvent(event: unknown): AuthEvent {
  const given = (event ?? {}) as Readonly<Record<string, unknown>>;
  const { operation, page } = given;
  switch (operation) {
    case "decide":
      return {
        operation,
        questions: readList(given, "questions"),
        mayRefreshSecret: given.mayRefreshSecret === true,
      };
    case "login":
      return { operation, logins: readList(given, "logins", maxLogins) };
    case "recheck":
      return {
        operation,
        sessions: readList(given, "sessions"),
        mayRefreshSecret: given.handlesFromClients !== true,
      };
    case "leases":
      if (typeof page === "number" && Number.isSafeInteger(page) && page >= 0) {
        return { operation, page };
      }
      throw new Error('"page" is not an integer of 0 or more');
    default:
      throw new Error('unknown "operation"; allowed: "decide", "login", "recheck", "leases"');
  }
}

function readList(
  event: Readonly<Record<string, unknown>>,
  name: string,
  max = maxBatch,
): readonly unknown[] {
  const list = event[name];
  if (!Array.isArray(list)) throw new Error(`"${name}" is not a list; send a list of ${name}`);
  if (list.length > max) {
    throw new Error(`"${name}" has ${list.length} entries; allowed: at most ${max}`);
  }
  return list;
}
