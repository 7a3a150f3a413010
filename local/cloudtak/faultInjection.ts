import { setTimeout as delay } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Mode } from "./data";

const slowMs = 10_000;
const hugeBytes = 4 * 1024 * 1024;

/** Makes each request fail as the mode says; mode "up" injects no fault. */
export function injectFault(app: FastifyInstance, mode: () => Mode): void {
  app.addHook("onRequest", async (request, reply) => {
    switch (mode()) {
      case "up":
        return;
      case "hub-restarting":
        if (request.url !== "/api/profile") return;
        return reply
          .status(502)
          .send({ status: 502, message: "CloudTAK Hub Unreachable", messages: [] });
      case "down":
        reply.hijack();
        request.raw.socket.resetAndDestroy();
        return reply;
      case "slow":
        await delay(slowMs, undefined, { ref: false });
        return;
      case "html":
        return reply.status(502).type("text/html").send("<html><h1>502 Bad Gateway</h1></html>");
      case "error":
        return reply
          .status(500)
          .send({ status: 500, message: "Internal Server Error", messages: [] });
      case "huge":
        return reply.send({ padding: "x".repeat(hugeBytes) });
      case "wrong-json":
        return reply.type("application/json").send('{"token": 7, "id": "one", "username": []}');
      case "redirect":
        return reply.redirect(`http://127.0.0.1:9${request.url}`, 302);
    }
  });
}
