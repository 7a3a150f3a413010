import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Decision } from "../../lambda/auth/contract";
import type { Credentials } from "../admission";
import type { Door, DoorOptions } from "../gatekeeper";
import { httpCredentials } from "../httpCredentials";
import { createHttpDoor, listenHttpDoor } from "../httpDoor";
import type { MediamtxApi } from "../mediamtx";
import type { LiveSession } from "../sessions";
import { withClientAddresses } from "./clientAddresses";
import { redact } from "./redact";
import { parseReadCall } from "./routes";

/** Decides whether credentials may use the API; never rejects. */
export type SignIn = (credentials: Credentials, clientAddress: string) => Promise<Decision>;

/** The read calls of MediaMTX's v3 API, for signed-in users and without secrets. */
export class ApiDoor implements Door {
  readonly #signIn: SignIn;
  readonly #mediamtx: MediamtxApi;
  readonly #sessions: () => readonly LiveSession[];
  readonly #options: DoorOptions;
  readonly #server: FastifyInstance;
  #port = 0;
  #draining = false;

  constructor(
    signIn: SignIn,
    mediamtx: MediamtxApi,
    sessions: () => readonly LiveSession[],
    options: DoorOptions,
  ) {
    this.#signIn = signIn;
    this.#mediamtx = mediamtx;
    this.#sessions = sessions;
    this.#options = options;
    this.#server = createHttpDoor(options);
    this.#server.addHook("onRequest", checkMethod);
    this.#server.get("/v3/*", (request, reply) => this.#read(request, reply));
  }

  /** The bound port. */
  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#port = await listenHttpDoor(this.#server, this.#options.port);
  }

  drain(): void {
    this.#draining = true;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async #read(request: FastifyRequest, reply: FastifyReply) {
    if (this.#draining) return unavailable(reply, "the gateway is shutting down");
    const target = request.raw.url ?? "";
    const query = new URLSearchParams(target.slice(target.indexOf("?") + 1));
    const credentials = httpCredentials(request.headers.authorization, query);
    // No Basic challenge: a browser would then send the login along with requests of other sites.
    if (!credentials) return fault(reply, 401, "send credentials in the Authorization header");
    const decision = await this.#signIn(credentials, request.socket.remoteAddress ?? "");
    if (!decision.allow) {
      return decision.reason === "undecided"
        ? unavailable(reply, "credentials cannot be checked now")
        : fault(reply, 403, decision.reason);
    }
    const call = parseReadCall(target);
    if ("error" in call) return fault(reply, call.status, call.error);
    if (call.audience === "administrators" && !decision.admin) {
      return fault(reply, 403, "for administrators only");
    }
    try {
      const { status, body } = await this.#mediamtx.get(call.target);
      const shown = withClientAddresses(redact(body), this.#sessions());
      return reply.code(status).header("cache-control", "no-store").send(shown);
    } catch {
      return unavailable(reply, "MediaMTX does not answer");
    }
  }
}

async function checkMethod(request: FastifyRequest, reply: FastifyReply) {
  if (request.method === "GET" || request.method === "HEAD") return;
  reply.header("allow", "GET, HEAD");
  return fault(reply, 405, "method not allowed");
}

const unavailable = (reply: FastifyReply, error: string): FastifyReply =>
  fault(reply.header("retry-after", "2"), 503, error);

/** `status` is there because MediaMTX's own errors have it. */
const fault = (reply: FastifyReply, code: number, error: string): FastifyReply =>
  reply.code(code).header("cache-control", "no-store").send({ status: "error", error });
