import { createServer } from "node:http";
import { closeServer, listenOn } from "./listen";

/** The load balancer asks every 10 s. A starting MediaMTX is probed more often, so that it gets clients soon. */
const intervalMs = { healthy: 10_000, unhealthy: 1_000 };
const requestTimeoutMs = 5_000;

/**
 * `GET /health` for the load balancer: 200 while `probe` holds, 503 before it first did, when it does
 * no longer, and while draining.
 */
export class HealthServer {
  readonly #probe: () => Promise<boolean>;
  readonly #server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    request.resume();
    if (request.url !== "/health") response.writeHead(404).end();
    else response.writeHead(this.#healthy && !this.#draining ? 200 : 503).end();
  });
  #timer: NodeJS.Timeout | undefined;
  #healthy = false;
  #draining = false;
  #isClosed = false;

  /** `probe` never rejects and answers within a second. */
  constructor(probe: () => Promise<boolean>) {
    this.#probe = probe;
  }

  /** Binds all interfaces, starts probing; resolves to the port. */
  async listen(port: number): Promise<number> {
    const bound = await listenOn(this.#server, port);
    void this.#check();
    return bound;
  }

  drain(): void {
    this.#draining = true;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    return closeServer(this.#server);
  }

  async #check(): Promise<void> {
    this.#healthy = await this.#probe();
    if (this.#isClosed) return;
    const nextMs = intervalMs[this.#healthy ? "healthy" : "unhealthy"];
    this.#timer = setTimeout(() => void this.#check(), nextMs).unref();
  }
}
