import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { normalizeAddress } from "./addresses";
import { ConnectionLimiter, type ConnectionSlot, httpConnectionLimits } from "./connectionLimiter";
import { maxHeaderBytes, type PreAuthMemory } from "./preAuthMemory";
import { defaultPreAuthTimeoutMs, type ServerOptions } from "./protocolServer";

/** Time without a byte after which a connection is ended. */
const idleTimeoutMs = 60_000;

/** Default; only some routes of the API take longer bodies. */
const maxBodyBytes = 1_024;

/**
 * An HTTP server for clients: a request must be complete within the pre-auth timeout, and neither a log line nor the
 * text of an error repeats any part of a request, because its URL may hold credentials.
 */
export function createHttpServer(
  options: Pick<ServerOptions, "preAuthTimeoutMs" | "maxPreAuthBytes" | "preAuthMemory">,
): FastifyInstance {
  const maxHeaderSize = options.maxPreAuthBytes ?? maxHeaderBytes;
  const requestTimeout = options.preAuthTimeoutMs ?? defaultPreAuthTimeoutMs;
  const server = fastify({
    logger: false,
    http: {
      // Node takes the greater of the two, here a minute by default, for the whole request with its body.
      headersTimeout: requestTimeout,
      maxHeaderSize,
      // How often requests that take too long are searched; the default is half a minute.
      connectionsCheckingInterval: 1_000,
    },
    requestTimeout,
    connectionTimeout: idleTimeoutMs,
    keepAliveTimeout: idleTimeoutMs,
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: maxHeaderSize },
    frameworkErrors: (_error, _request, reply) => {
      reply.raw.writeHead(400).end();
    },
  });
  limitConnections(server, maxHeaderSize, options.preAuthMemory);
  limitPipelining(server);
  server.setErrorHandler(({ statusCode = 500 }: { statusCode?: number }, _request, reply) => {
    const status = statusCode >= 400 && statusCode < 500 ? statusCode : 500;
    reply.code(status).send({ status: "error", error: STATUS_CODES[status]?.toLowerCase() });
  });
  server.setNotFoundHandler((_request, reply) => {
    reply.code(404).send({ error: "not found" });
  });
  return server;
}

/** Requests of one connection that wait for their answers. Browsers and players send one at a time. */
export const maxPipelined = 4;

const slotOf = new WeakMap<Socket, ConnectionSlot>();

/** The client of this connection is authenticated: exempt the connection from eviction. */
export const admitConnection = ({ socket }: FastifyRequest): void => slotOf.get(socket)?.admit();

/**
 * Without a limit one address could take the file descriptors of every server. Node shows headers when they are complete
 * and the body when it is, so a connection counts with the most that Node may hold of both.
 */
function limitConnections(
  server: FastifyInstance,
  maxHeaderSize: number,
  memory: PreAuthMemory | undefined,
): void {
  const limiter = new ConnectionLimiter(httpConnectionLimits, memory);
  server.server.on("connection", (socket: Socket) => {
    const address = normalizeAddress(socket.remoteAddress ?? "");
    const slot = limiter.acquire(address, () => socket.destroy());
    if (!slot) {
      socket.destroy();
      return;
    }
    slotOf.set(socket, slot);
    slot.hold(maxHeaderSize);
    socket.once("close", () => slot.release());
  });
  server.addHook("onRequest", async (request, reply) => {
    const bodyBytes = maxBodyBytesOf(request);
    if (bodyBytes === 0) return;
    const slot = slotOf.get(request.socket);
    slot?.hold(maxHeaderSize + bodyBytes);
    reply.raw.once("close", () => slot?.hold(maxHeaderSize));
  });
}

/** As much of a body as the server reads: what the client announces, up to the route's limit. */
function maxBodyBytesOf({ headers, routeOptions }: FastifyRequest): number {
  const limit = routeOptions.bodyLimit ?? maxBodyBytes;
  if (headers["transfer-encoding"] !== undefined) return limit;
  return Math.min(limit, Number(headers["content-length"] ?? 0));
}

/** Each request may cost a question, and Node would put all that a connection sends at the same time. */
function limitPipelining(server: FastifyInstance): void {
  const waiting = new WeakMap<Socket, number>();
  const count = (socket: Socket, change: 1 | -1): number => {
    const now = (waiting.get(socket) ?? 0) + change;
    waiting.set(socket, now);
    return now;
  };
  server.addHook("onRequest", async ({ socket }, reply) => {
    reply.raw.once("close", () => count(socket, -1));
    if (count(socket, 1) <= maxPipelined) return;
    reply.hijack();
    socket.destroy();
  });
}

/** Binds all interfaces; resolves to the port. */
export async function listenHttpServer(server: FastifyInstance, port: number): Promise<number> {
  const interfaces = Object.values(networkInterfaces()).flat();
  const hasIpv6 = interfaces.some((address) => address?.family === "IPv6");
  await server.listen({ port, host: hasIpv6 ? "::" : "0.0.0.0" });
  const address = server.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
