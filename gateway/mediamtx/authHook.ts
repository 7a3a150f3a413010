import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import * as z from "zod";
import { parseJson } from "../../shared/parse";
import { closeServer, listenOn } from "../net/listen";
import { readBody } from "../net/readBody";
import type { Tickets } from "./tickets";

/** MediaMTX's request is a few hundred bytes; its `query` is written by the gateway. */
const maxBodyBytes = 64 * 1024;
const requestTimeoutMs = 5_000;

const stream = z.object({
  action: z.enum(["publish", "read"]),
  protocol: z.enum(["rtmp", "rtsp", "srt", "hls"]),
  path: z.string(),
  user: z.string(),
  password: z.string(),
  id: z.string(),
});

const service = z.object({ action: z.enum(["api", "metrics", "pprof"]), token: z.string() });

const hookRequest = z.union([stream, service]);

/**
 * MediaMTX's auth hook: JSON on any path of a loopback port, 200 or 401 with an empty body.
 *
 * MediaMTX asks one question at a time, and logs the body of a refusal: so the answer comes from
 * memory at once and says nothing. Streams need a ticket, everything else `apiToken`.
 */
export class AuthHookServer {
  readonly #server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    readBody(request, maxBodyBytes).then(
      (body) => response.writeHead(this.#allows(body) ? 200 : 401).end(),
      () => response.writeHead(401, { connection: "close" }).end(),
    );
  });
  readonly #tickets: Pick<Tickets, "redeem">;
  readonly #apiToken: Buffer;

  constructor(tickets: Pick<Tickets, "redeem">, apiToken: string) {
    this.#tickets = tickets;
    this.#apiToken = Buffer.from(apiToken);
  }

  /** Resolves to the port, on 127.0.0.1. */
  listen(port: number): Promise<number> {
    return listenOn(this.#server, port, "127.0.0.1");
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }

  #allows(body: string): boolean {
    const question = readHookRequest(body);
    if (!question) return false;
    if ("token" in question) {
      const token = Buffer.from(question.token);
      return token.length === this.#apiToken.length && timingSafeEqual(token, this.#apiToken);
    }
    const { user, password, id, ...scope } = question;
    return this.#tickets.redeem({ user, password }, scope, id);
  }
}

/** Undefined when the body is not a request of MediaMTX's. */
export const readHookRequest = (body: string): z.infer<typeof hookRequest> | undefined =>
  hookRequest.safeParse(parseJson(body)).data;
