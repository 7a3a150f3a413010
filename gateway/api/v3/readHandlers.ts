import { SingleFlight } from "../../../shared/singleFlight";
import type { AuthClient } from "../../auth/function/authClient";
import type { MediamtxClient } from "../../mediamtx/client";
import { readPages } from "../../mediamtx/pages";
import type { SessionRegistry } from "../../sessions/registry";
import { type Caller, visibilityError } from "../caller";
import { type ApiResponse, mediamtxUnavailable } from "../response";
import { publicResponse } from "./publicResponse";
import { type ApiCall, maxItemsPerPage, targetOf } from "./routes";

/** More sessions than one task can serve. */
const maxPages = 20;

const defaultItemsPerPage = 100;

interface Shared extends ApiResponse {
  /** The body as JSON, made once for all who asked at the same time. */
  readonly json: Buffer;
}

interface List {
  readonly items?: readonly Item[];
  readonly pageCount?: number;
}

type Item = Readonly<Record<string, unknown>>;

/**
 * Reads MediaMTX's state. Calls for the same target at the same time share one answer: MediaMTX needs
 * milliseconds of CPU for a long list.
 */
export class ReadHandlers {
  readonly #mediamtx: Pick<MediamtxClient, "forward">;
  readonly #sessions: Pick<SessionRegistry, "list">;
  readonly #auth: Pick<AuthClient, "insecurePorts">;
  readonly #inFlight = new SingleFlight<Shared>();

  constructor(
    mediamtx: Pick<MediamtxClient, "forward">,
    sessions: Pick<SessionRegistry, "list">,
    auth: Pick<AuthClient, "insecurePorts">,
  ) {
    this.#mediamtx = mediamtx;
    this.#sessions = sessions;
    this.#auth = auth;
  }

  /** Answers a read call as far as the caller may see. */
  read(call: ApiCall, caller: Caller): Promise<ApiResponse> {
    const { route } = call;
    if (route.audience === "everybody") return this.get(targetOf(call));
    if (caller.admin) return this.#readAsAdmin(call, caller);
    if (route.path.endsWith("/list")) return this.#listForUser(call, caller);
    return route.path.endsWith("{id}")
      ? this.#sessionForUser(call, caller)
      : this.#streamForUser(call, caller);
  }

  /** GET without secrets; 503 when MediaMTX does not answer. The body is JSON in a Buffer. */
  async get(target: string): Promise<ApiResponse> {
    const shared = await this.#share(target);
    return shared ? { status: shared.status, body: shared.json } : mediamtxUnavailable;
  }

  /** The same as an object. */
  async getObject(target: string): Promise<ApiResponse & { readonly body: Item }> {
    const { status, body } = (await this.#share(target)) ?? mediamtxUnavailable;
    return { status, body: typeof body === "object" && body !== null ? (body as Item) : {} };
  }

  /** After a change, no caller gets a response whose request began before it. */
  invalidate(): void {
    this.#inFlight.clear();
  }

  /** A name that MediaMTX does not know may be the name of a lease. */
  async #readAsAdmin(call: ApiCall, caller: Caller): Promise<ApiResponse> {
    const answer = await this.get(targetOf(call));
    if (answer.status !== 404 || call.route.audience !== "streams") return answer;
    if (!call.route.path.endsWith("{name}")) return answer;
    const path = await caller.authorizeRead(call.subject);
    return typeof path === "string" ? this.get(targetOf(call, path)) : answer;
  }

  async #streamForUser(call: ApiCall, caller: Caller): Promise<ApiResponse> {
    const path = await caller.authorizeRead(call.subject);
    return typeof path === "string" ? this.get(targetOf(call, path)) : path;
  }

  async #sessionForUser(call: ApiCall, caller: Caller): Promise<ApiResponse> {
    const found = await this.getObject(targetOf(call));
    if (found.status !== 200) return found;
    const path = found.body[call.route.streamField];
    return (await visibilityError(caller, String(path ?? ""))) ?? found;
  }

  async #listForUser(call: ApiCall, caller: Caller): Promise<ApiResponse> {
    const items = await this.#allItems(call);
    if ("status" in items) return items;
    const nameOf = (item: Item) => String(item[call.route.streamField] ?? "");
    const names = [...new Set(items.map(nameOf))].filter((name) => name !== "");
    const seen = await Promise.all(names.map((name) => caller.authorizeRead(name)));
    // A stream about which CloudTAK cannot answer does not hide the others.
    const undecided = seen.filter((one) => typeof one === "object" && one.status === 503);
    const [first] = undecided;
    if (typeof first === "object" && undecided.length === seen.length) return first;
    const visible = new Set(names.filter((name, index) => seen[index] === name));
    return {
      status: 200,
      body: page(
        items.filter((item) => visible.has(nameOf(item))),
        call,
      ),
    };
  }

  /** But those that are too long to be read. */
  async #allItems({ route }: ApiCall): Promise<readonly Item[] | ApiResponse> {
    let refused: ApiResponse | undefined;
    try {
      const { items } = await readPages<Item>(
        async (page, itemsPerPage) => {
          const target = `/v3/${route.path}?page=${page}&itemsPerPage=${itemsPerPage}`;
          const { status, body } = await this.#shared(target);
          if (status !== 200) refused = { status, body };
          const { items: given = [], pageCount = 0 } = refused ? {} : (body as List);
          return { items: given, isLast: page + 1 >= pageCount };
        },
        maxItemsPerPage,
        maxPages,
      );
      return refused ?? items;
    } catch {
      return mediamtxUnavailable;
    }
  }

  #shared(target: string): Promise<Shared> {
    return this.#inFlight.run(target, () => this.#fetch(target));
  }

  async #share(target: string): Promise<Shared | undefined> {
    try {
      return await this.#shared(target);
    } catch {
      return undefined;
    }
  }

  async #fetch(target: string): Promise<Shared> {
    const { status, body } = await this.#mediamtx.forward("GET", target);
    const { insecurePorts } = this.#auth;
    const shown = publicResponse(target, body, this.#sessions.list(), insecurePorts);
    return { status, body: shown, json: Buffer.from(JSON.stringify(shown)) };
  }
}

/** A page in the shape of MediaMTX's lists. */
function page(items: readonly Item[], { query }: ApiCall) {
  const itemsPerPage = Number(query.get("itemsPerPage") ?? defaultItemsPerPage);
  const first = Number(query.get("page") ?? 0) * itemsPerPage;
  return {
    itemCount: items.length,
    pageCount: Math.ceil(items.length / itemsPerPage),
    items: items.slice(first, first + itemsPerPage),
  };
}
