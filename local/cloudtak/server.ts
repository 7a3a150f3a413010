import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { parseJson } from "../../shared/parse";
import { completeLease, type LeaseInput, type Mode, openData } from "./data";
import { addErrorHandlers, MalformedJsonError } from "./errors";
import { injectFault } from "./faultInjection";
import { MediaServer } from "./mediaServer";
import { configRoutes } from "./routes/configRoutes";
import { leaseChangeRoutes } from "./routes/leaseChangeRoutes";
import { leaseRoutes } from "./routes/leaseRoutes";
import { loginRoutes } from "./routes/loginRoutes";
import { mediaRoutes } from "./routes/mediaRoutes";
import { profileRoutes } from "./routes/profileRoutes";
import { videoAuthRoute } from "./routes/videoAuthRoute";
import type { State } from "./state";
import { Tokens } from "./tokens";

export interface CloudtakOptions {
  /** 0 = any free one. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** YAML file with users and leases, see cloudtak.yaml. */
  readonly dataFile: string;
  /** CloudTAK's SigningSecret. */
  readonly signingSecret: string;
  /** Called with one line per request and per fault of the data file; never with a credential. */
  readonly log?: (line: string) => void;
}

/** A running stand-in. Changes made here last until the data file is edited. */
export interface Cloudtak {
  readonly url: string;
  readonly tokens: Tokens;
  close(): Promise<void>;
  /** Number of requests of a route, such as "POST /api/login" or "GET /api/video/lease/:lease". */
  count(route: string): number;
  /** The routes that were called. */
  routes(): string[];
  setMode(mode: Mode): void;
  /** Delays logins, as a slow TAK Server does. */
  setLoginDelay(ms: number): void;
  /** Adds a lease or replaces the one with the same id. */
  setLease(lease: LeaseInput): void;
  deleteLease(path: string): void;
  /** TAK Server refuses the password from now on; tokens stay valid. */
  disableUser(username: string): void;
  /** Tokens stay valid. */
  setPassword(username: string, password: string): void;
  /** The user's TAK groups from now on. */
  setGroups(username: string, groups: readonly string[]): void;
  setConfig(key: string, value: string | number | boolean): void;
  /** Port at which the media server of media::url is called. */
  setMediaPort(port: number): void;
}

/** Starts the stand-in: the part of CloudTAK's API for users, tokens, leases and the media server. */
export async function startCloudtak(options: CloudtakOptions): Promise<Cloudtak> {
  if (options.signingSecret === "") throw new Error('"signingSecret" is empty; set SigningSecret');
  const log = options.log ?? (() => {});
  const data = openData(options.dataFile, log);
  const tokens = new Tokens(options.signingSecret);
  const counts = new Map<string, number>();

  const app = createApp();
  app.addHook("onRequest", async (request) => {
    const route = `${request.method} ${request.routeOptions.url ?? "unknown"}`;
    counts.set(route, (counts.get(route) ?? 0) + 1);
  });
  app.addHook("onResponse", async (request, reply) => {
    log(`${request.method} ${request.url} ${reply.statusCode}`);
  });
  app.addHook("onRequest", async () => {
    const delayMs = data().delay_ms;
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  });
  let loginDelayMs = 0;
  app.addHook("onRequest", async ({ method, url }) => {
    const isLogin = method === "POST" && url === "/api/login";
    if (isLogin && loginDelayMs > 0) await sleep(loginDelayMs, undefined, { ref: false });
  });
  injectFault(app, () => data().mode);
  addErrorHandlers(app);
  addRoutes(app, { data, tokens });
  await app.listen({ port: options.port, host: options.host ?? "127.0.0.1" });
  const { address, port } = app.server.address() as AddressInfo;

  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    tokens,
    close: () => app.close(),
    count: (route) => counts.get(route) ?? 0,
    routes: () => [...counts.keys()],
    setMode: (mode) => {
      data().mode = mode;
    },
    setLoginDelay: (ms) => {
      loginDelayMs = ms;
    },
    setLease: (lease) => {
      const others = data().leases.filter(({ id }) => id !== lease.id);
      data().leases = [...others, completeLease(lease)];
    },
    deleteLease: (path) => {
      data().leases = data().leases.filter((lease) => lease.path !== path);
    },
    disableUser: (username) => {
      for (const user of data().users) if (user.username === username) user.disabled = true;
    },
    setPassword: (username, password) => {
      for (const user of data().users) if (user.username === username) user.password = password;
    },
    setGroups: (username, groups) => {
      for (const user of data().users) if (user.username === username) user.groups = [...groups];
    },
    setConfig: (key, value) => {
      data().config[key] = value;
    },
    setMediaPort: (port) => {
      data().media_port = port;
    },
  };
}

/** Validation as CloudTAK's framework sets it: coerce, fill in defaults, silently drop undeclared properties. */
function createApp(): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    ajv: {
      customOptions: {
        coerceTypes: true,
        removeAdditional: "all",
        useDefaults: true,
        allErrors: true,
        strict: false,
      },
    },
  });
  app.removeAllContentTypeParsers();
  const asText = { parseAs: "string" } as const;
  app.addContentTypeParser(
    "application/json",
    asText,
    async (_request: FastifyRequest, body: string) => (body === "" ? {} : readJson(body)),
  );
  // Bodies of other content types are not read and count as empty.
  app.addContentTypeParser("*", asText, async () => ({}));
  return app;
}

function readJson(body: string): unknown {
  const value = parseJson(body);
  if (value === undefined) throw new MalformedJsonError();
  return value;
}

function addRoutes(app: FastifyInstance, state: State): void {
  configRoutes(app, state);
  loginRoutes(app, state);
  profileRoutes(app, state);
  videoAuthRoute(app, state);
  leaseRoutes(app, state);
  const media = new MediaServer(state);
  leaseChangeRoutes(app, state, media);
  mediaRoutes(app, state, media);
}
