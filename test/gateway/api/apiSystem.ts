import { request as httpRequest } from "node:http";
import { ApiServer, type ApiServerOptions } from "../../../gateway/api/server";
import { AdmissionControl } from "../../../gateway/auth/admissionControl";
import { HlsServer } from "../../../gateway/hls/server";
import { MediamtxClient } from "../../../gateway/mediamtx/client";
import { PathConfigurations } from "../../../gateway/paths/configurations";
import { monotonicMs } from "../../../gateway/process/monotonic";
import { RtmpServer } from "../../../gateway/rtmp/server";
import { RtspServer } from "../../../gateway/rtsp/server";
import { SessionRegistry } from "../../../gateway/sessions/registry";
import { SourceRelays } from "../../../gateway/sources/sourceRelays";
import { SrtServer } from "../../../gateway/srt/server";
import type { AuthRequest, Decision } from "../../../shared/authContract";
import { freePort } from "../../freePort";
import { allow } from "../support/fakeLambda";
import {
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
  toRtsp,
} from "../support/fixtures";
import { leasesWhere } from "../support/leaseDirectory";
import { type MemoryLog, memoryLog } from "../support/memoryLog";

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** One of each role. `ada` may see `grp/cam` and `own`, the latter by the name `my-camera` as well. */
export const roles = {
  administrator: basic("admin", "canary-password"),
  cloudtak: "Bearer media-jwt",
  user: basic("ada", "canary-password"),
  stranger: basic("eve", "canary-password"),
  wrong: basic("ada", "wrong"),
  undecided: basic("ada", "cloudtak-down"),
} as const;

const refuse = (reason: Extract<Decision, { allow: false }>["reason"]): Decision => ({
  allow: false,
  reason,
});

function decide({ action, stream, user, password, token }: AuthRequest): Decision {
  if (token === "media-jwt") {
    return action === "api"
      ? allow({ path: "", subject: "management", admin: true })
      : refuse("not-permitted");
  }
  if (password === "cloudtak-down") return refuse("undecided");
  if (user === "" && password === "" && token === "") {
    return stream === "open/cam"
      ? allow({ path: stream, subject: "anonymous" })
      : refuse("bad-credentials");
  }
  if (password !== "canary-password") return refuse("bad-credentials");
  const subject = `user:${user}`;
  const admin = user === "admin";
  if (action === "api") return allow({ path: "", subject, admin });
  const path = stream === "my-camera" ? "own" : stream;
  if (path.startsWith("no-lease")) return refuse("no-lease");
  const mayAda = user === "ada" && ["grp/cam", "own"].includes(path);
  return admin || mayAda ? allow({ path, subject, admin }) : refuse("not-permitted");
}

/** What a request was answered with. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many shapes.
  json(): any;
}

/** A gateway with all servers before a real MediaMTX; decisions are made here. */
export interface ApiSystem {
  /** What the auth function says of the load balancer. */
  readonly auth: { insecurePorts: boolean };
  readonly mediamtx: Mediamtx;
  readonly sessions: SessionRegistry;
  readonly log: MemoryLog;
  readonly server: ApiServer;
  readonly questions: AuthRequest[];
  readonly ports: Readonly<Record<"rtmp" | "rtsp" | "srt" | "hls" | "api", number>>;
  call(target: string, authorization?: string, init?: RequestInit): Promise<Reply>;
  /** The same with a target that is sent as it is. */
  callRaw(target: string, authorization: string, method?: string): Promise<number>;
  /** Publishes by RTSP through the gateway; resolves when it is live. */
  publish(path: string, user?: string, password?: string): Promise<Ffmpeg>;
  /** The same by RTMP, as administrator; takes two seconds longer. */
  publishByRtmp(path: string): Promise<Ffmpeg>;
  stop(): Promise<void>;
}

export interface Authority {
  readonly decide: (question: AuthRequest) => Decision | Promise<Decision>;
  readonly isOpen: (stream: string) => boolean;
}

const fixedRoles: Authority = { decide, isOpen: (stream) => stream.startsWith("open/") };

/** `environment` is MediaMTX's. */
export async function startApiSystem(
  environment: Record<string, string> = {},
  options: Partial<ApiServerOptions> = {},
  authority = fixedRoles,
): Promise<ApiSystem> {
  const mediamtx = await startMediamtx(environment);
  try {
    return await startServers(mediamtx, options, authority);
  } catch (error) {
    await mediamtx.stop();
    throw error;
  }
}

async function startServers(
  mediamtx: Mediamtx,
  options: Partial<ApiServerOptions>,
  { decide: decideBy, isOpen }: Authority,
): Promise<ApiSystem> {
  const log = memoryLog();
  const sessions = new SessionRegistry(log.log);
  const questions: AuthRequest[] = [];
  const asked = async (question: AuthRequest) => {
    questions.push(question);
    return { decision: await decideBy(question), key: "", askedAt: monotonicMs() };
  };
  const leases = leasesWhere(isOpen, { own: "ada" });
  const authorizer = new AdmissionControl({
    decide: asked,
    leases,
    tickets: mediamtx.tickets,
    sessions,
    metrics: { countRefusal: () => {} },
    log: log.log,
  });
  const auth = { insecurePorts: false };
  const api = new MediamtxClient(mediamtx.ports.api, mediamtx.apiToken);
  const paths = new PathConfigurations(api, new SourceRelays(() => {}));
  const portOf = async (key: "rtmp" | "rtsp" | "srt") => ({
    port: await freePort(),
    mediamtxPort: mediamtx.ports[key],
  });
  const [rtmp, rtsp, srt] = [await portOf("rtmp"), await portOf("rtsp"), await portOf("srt")];
  const event = () => {};
  const hls = new HlsServer(authorizer, {
    port: 0,
    mediamtxPort: mediamtx.ports.hls,
    tracksOf: (path) => api.tracksOf(path),
  });
  const server = new ApiServer(
    {
      authorizer,
      auth,
      mediamtx: api,
      paths,
      sessions,
      leases,
      hls,
      authMode: "strict",
      log: log.log,
    },
    { port: 0, mediamtxPort: mediamtx.ports.api, ...options },
  );
  const servers = [
    new RtmpServer(authorizer, { ...rtmp, log: event }),
    new RtspServer(authorizer, { ...rtsp, log: event }),
    new SrtServer(authorizer, { ...srt, log: event }),
    hls,
    server,
  ];
  for (const one of servers) await one.listen();
  const ffmpegs: Ffmpeg[] = [];
  async function publishTo(path: string, output: readonly string[]): Promise<Ffmpeg> {
    const ffmpeg = startFfmpeg([...testPicture, ...output]);
    ffmpegs.push(ffmpeg);
    await mediamtx.untilReady(path);
    return ffmpeg;
  }

  return {
    auth,
    mediamtx,
    sessions,
    log,
    server,
    questions,
    ports: { rtmp: rtmp.port, rtsp: rtsp.port, srt: srt.port, hls: hls.port, api: server.port },
    async call(target, authorization, init = {}) {
      const headers = new Headers(init.headers);
      if (authorization) headers.set("authorization", authorization);
      const url = `http://127.0.0.1:${server.port}${target}`;
      const answer = await fetch(url, { redirect: "manual", ...init, headers });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        json: () => JSON.parse(text),
      };
    },
    callRaw: (path, authorization, method = "GET") =>
      new Promise((resolve, reject) => {
        httpRequest(
          { port: server.port, host: "127.0.0.1", path, method, headers: { authorization } },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
          },
        )
          .on("error", reject)
          .end();
      }),
    publish: (path, user = "admin", password = "canary-password") =>
      publishTo(path, toRtsp(`rtsp://${user}:${password}@127.0.0.1:${rtsp.port}/${path}`)),
    publishByRtmp: (path) =>
      publishTo(path, [
        ...["-f", "flv", `rtmp://127.0.0.1:${rtmp.port}/${path}?user=admin&pass=canary-password`],
      ]),
    async stop() {
      await Promise.all(ffmpegs.map((ffmpeg) => ffmpeg.stop()));
      sessions.disconnectAll("client-closed");
      for (const one of servers) await one.close();
      sessions.close();
      paths.close();
      await api.close();
      await mediamtx.stop();
    },
  };
}
