import type { LeaseDirectory } from "../../auth/leases/leaseDirectory";
import type { Log } from "../../log";
import type { MediamtxClient } from "../../mediamtx/client";
import type { SessionRegistry } from "../../sessions/registry";
import { type Caller, visibilityError } from "../caller";
import { type ApiResponse, errorResponse, mediamtxUnavailable } from "../response";
import type { ReadHandlers } from "./readHandlers";
import { type ApiCall, targetOf } from "./routes";

/** Ends streams and sessions. */
export class KickHandler {
  readonly #sessions: SessionRegistry;
  readonly #leases: Pick<LeaseDirectory, "ownerOf">;
  readonly #mediamtx: MediamtxClient;
  readonly #readHandlers: ReadHandlers;
  readonly #log: Log;

  constructor(
    sessions: SessionRegistry,
    leases: Pick<LeaseDirectory, "ownerOf">,
    mediamtx: MediamtxClient,
    readHandlers: ReadHandlers,
    log: Log,
  ) {
    this.#sessions = sessions;
    this.#leases = leases;
    this.#mediamtx = mediamtx;
    this.#readHandlers = readHandlers;
    this.#log = log;
  }

  /**
   * Ends publisher and readers of a path, or with `readers=only` the readers; `blockSeconds` keeps them from
   * coming back, for administrators and the lease's owner: it would keep the owner away as well. Answers `{ status, publishers, readers }`, what was ended; 404 when there was nothing.
   */
  async kickPath({ subject: name, query }: ApiCall, caller: Caller): Promise<ApiResponse> {
    const path = await this.#pathOf(name, caller);
    if (typeof path !== "string") return path;
    const readersOnly = query.has("readers");
    const blockSeconds = Number(query.get("blockSeconds") ?? 0);
    if (blockSeconds > 0 && !this.#mayBlock(path, caller)) {
      return errorResponse(
        403,
        "blockSeconds is for administrators and the owner of the lease only",
      );
    }
    if (blockSeconds > 0) {
      const actions = readersOnly ? (["read"] as const) : (["publish", "read"] as const);
      this.#sessions.blocklist.set(path, actions, blockSeconds);
    }
    const ended = this.endPath(path, readersOnly);
    this.#readHandlers.invalidate();
    this.#log.info({ user: caller.subject, stream: path, ...ended, blockSeconds }, "kicked");
    return ended.publishers + ended.readers > 0 || blockSeconds > 0
      ? { status: 200, body: { status: "ok", ...ended } }
      : this.#nothingToEnd(path);
  }

  #mayBlock(path: string, { admin, subject }: Caller): boolean {
    const owner = this.#leases.ownerOf(path);
    return admin || (owner !== undefined && subject === `user:${owner}`);
  }

  /** Cuts the sessions on a path; says how many of each kind. */
  endPath(path: string, readersOnly = false): { publishers: number; readers: number } {
    const ended = { publishers: 0, readers: 0 };
    for (const { id, path: of, action } of this.#sessions.list()) {
      if (of !== path || (readersOnly && action === "publish")) continue;
      if (!this.#sessions.disconnect(id, "kicked")) continue;
      if (action === "publish") ended.publishers++;
      else ended.readers++;
    }
    return ended;
  }

  /** Ends one session by the id that MediaMTX gave it. */
  async kickSession(call: ApiCall, caller: Caller): Promise<ApiResponse> {
    const lookup = targetOf(call).replace("/kick/", "/get/");
    const found = await this.#readHandlers.getObject(lookup);
    if (found.status !== 200) return found;
    const path = String(found.body.path ?? "");
    const refused = caller.admin ? undefined : await visibilityError(caller, path);
    if (refused) return refused;
    try {
      const answer = await this.#mediamtx.forward("POST", targetOf(call));
      this.#readHandlers.invalidate();
      this.#log.info({ user: caller.subject, stream: path, session: call.subject }, "kicked");
      return answer;
    } catch {
      return mediamtxUnavailable;
    }
  }

  /** An administrator may name any path, a user's lease path or name must be seen. */
  async #pathOf(name: string, caller: Caller): Promise<string | ApiResponse> {
    if (!caller.admin) return caller.authorizeRead(name);
    if (this.#sessions.list().some(({ path }) => path === name)) return name;
    const seen = await caller.authorizeRead(name);
    return typeof seen === "string" ? seen : name;
  }

  async #nothingToEnd(path: string): Promise<ApiResponse> {
    const { status } = await this.#readHandlers.get(`/v3/paths/get/${path}`);
    if (status === 503) return mediamtxUnavailable;
    return status === 200
      ? errorResponse(409, "no client publishes or watches this path")
      : errorResponse(404, "path not found");
  }
}
