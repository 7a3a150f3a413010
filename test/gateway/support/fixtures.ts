import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type {
  Admission,
  AdmissionRequest,
  Authorizer,
  Refusal,
} from "../../../gateway/auth/authorizer";
import { AuthHookServer } from "../../../gateway/mediamtx/authHook";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import type { Session } from "../../../gateway/sessions/session";
import { version } from "../../../shared/mediamtx.json";
import { freePort } from "../../freePort";
import { until } from "../../until";

/** The MediaMTX binary of the set-up cache, else the one on PATH. */
function mediamtxBinary(): string {
  const cached = join(homedir(), `.cache/tak-media-infra/mediamtx-v${version}/mediamtx`);
  const onPath = (process.env.PATH ?? "").split(delimiter).map((dir) => join(dir, "mediamtx"));
  const found = [cached, ...onPath].find((file) => existsSync(file));
  if (!found) throw new Error(`MediaMTX ${version} is not installed; expected ${cached}`);
  return found;
}

export interface Mediamtx {
  readonly child: ChildProcess;
  readonly ports: {
    readonly rtmp: number;
    readonly rtsp: number;
    readonly srt: number;
    readonly hls: number;
    readonly api: number;
  };
  /** Issue tickets here; MediaMTX's hook knows them. */
  readonly tickets: Tickets;
  /** Bearer token for MediaMTX's API. */
  readonly apiToken: string;
  readonly hookPort: number;
  /** All that MediaMTX has written so far, structured log lines. */
  log(): string;
  /** Resolves when MediaMTX lists the path as ready, rejects after 25 s. */
  untilReady(path: string): Promise<void>;
  /** GET on MediaMTX's own API, e.g. `/v3/paths/list`. */
  api<T = unknown>(path: string): Promise<T>;
  /** Ends MediaMTX only; the hook goes on. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A stream opens by HLS with its second segment: in half a second, not in two. The playlist still lists ten seconds, so
 * that a segment can be fetched after it.
 */
const shortSegments = { MTX_HLSSEGMENTDURATION: "200ms", MTX_HLSSEGMENTCOUNT: "50" };

/** As MediaMTX has it by default, for players that keep a distance of some segments to the live edge. */
export const defaultSegments = { MTX_HLSSEGMENTDURATION: "1s", MTX_HLSSEGMENTCOUNT: "7" };

/**
 * The real MediaMTX on free loopback ports, configured as in production but for the length of HLS segments, with the
 * gateway's real hook and tickets. `environment` adds or replaces MTX_* variables.
 */
export async function startMediamtx(environment: Record<string, string> = {}): Promise<Mediamtx> {
  const tickets = new Tickets();
  const apiToken = "test-api-token";
  const hook = new AuthHookServer(tickets, apiToken);
  const hookPort = await hook.listen(0);
  const ports = {
    rtmp: await freePort(),
    rtsp: await freePort(),
    srt: await freePort(),
    hls: await freePort(),
    api: await freePort(),
  };
  const dir = mkdtempSync(join(tmpdir(), "mediamtx-"));
  const binary = mediamtxBinary();
  const child = spawn(binary, [join(binary, "..", "mediamtx.yml")], {
    cwd: dir,
    env: {
      MTX_AUTHMETHOD: "http",
      MTX_AUTHHTTPADDRESS: `http://127.0.0.1:${hookPort}/auth`,
      MTX_LOGSTRUCTURED: "yes",
      MTX_API: "yes",
      MTX_APIADDRESS: `127.0.0.1:${ports.api}`,
      MTX_APIALLOWORIGINS: "",
      MTX_RTMPADDRESS: `127.0.0.1:${ports.rtmp}`,
      MTX_RTMPTRUSTEDPROXIES: "127.0.0.1",
      MTX_RTSPADDRESS: `127.0.0.1:${ports.rtsp}`,
      MTX_RTSPTRANSPORTS: "tcp",
      MTX_RTSPAUTHMETHODS: "basic",
      MTX_RTSPTRUSTEDPROXIES: "127.0.0.1",
      MTX_SRTADDRESS: `127.0.0.1:${ports.srt}`,
      MTX_HLSADDRESS: `127.0.0.1:${ports.hls}`,
      MTX_HLSVARIANT: "fmp4",
      MTX_HLSTRUSTEDPROXIES: "127.0.0.1",
      ...shortSegments,
      MTX_WEBRTC: "no",
      MTX_MOQ: "no",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }

  const api = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${ports.api}${path}`, {
      headers: { authorization: `Bearer ${apiToken}` },
    });
    return (await answer.json()) as T;
  };
  const kill = () => endProcess(child);
  const stop = async () => {
    await kill();
    await hook.close();
    rmSync(dir, { recursive: true, force: true });
  };

  try {
    // The API is the last of its servers to start.
    await until("MediaMTX has started", () => {
      if (child.exitCode !== null) throw new Error(`MediaMTX ended:\n${log}`);
      return accepts(ports.api);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    child,
    ports,
    tickets,
    apiToken,
    hookPort,
    log: () => log,
    api,
    untilReady: (path) =>
      until(`path ${path} is ready`, async () => {
        const found = await api<{ ready?: boolean }>(`/v3/paths/get/${path}`);
        return found.ready === true;
      }),
    kill,
    stop,
  };
}

/** True when somebody listens on the loopback port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** SIGTERM, after 3 s SIGKILL; resolves when the process is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await gone;
  clearTimeout(killer);
}

/** A running ffmpeg. */
export interface Ffmpeg {
  readonly child: ChildProcess;
  /** All of stderr so far. */
  log(): string;
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts ffmpeg with these arguments (`-hide_banner -nostdin` is added). */
export function startFfmpeg(args: readonly string[]): Ffmpeg {
  const child = spawn("ffmpeg", ["-hide_banner", "-nostdin", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, log: () => log, ended, stop: () => endProcess(child) };
}

/** Input and codec arguments for a small live H.264/AAC test picture with five key frames per second. */
export const testPicture: readonly string[] = [
  ..."-re -f lavfi -i testsrc=size=160x120:rate=15 -f lavfi -i sine=frequency=440".split(" "),
  ..."-c:v libx264 -preset ultrafast -tune zerolatency -g 3 -pix_fmt yuv420p".split(" "),
  ..."-c:a aac -b:a 32k".split(" "),
];

/** Arguments that publish to an RTSP URL. By RTMP, MediaMTX watches the first two seconds for further tracks. */
export const toRtsp = (url: string): readonly string[] => [
  ...["-f", "rtsp", "-rtsp_transport", "tcp", url],
];

/** Publishes the test picture straight to MediaMTX by RTSP with a ticket; resolves when it is live. */
export async function publishTestPicture(mediamtx: Mediamtx, path: string): Promise<Ffmpeg> {
  const { user, password } = mediamtx.tickets.issue({ action: "publish", path, protocol: "rtsp" });
  const url = `rtsp://${user}:${password}@127.0.0.1:${mediamtx.ports.rtsp}/${path}`;
  const ffmpeg = startFfmpeg([...testPicture, ...toRtsp(url)]);
  try {
    await mediamtx.untilReady(path);
  } catch (error) {
    await ffmpeg.stop();
    throw error;
  }
  return ffmpeg;
}

/** A session of {@link FakeAuthorizer}. */
export interface FakeSession extends Session {
  readonly request: AdmissionRequest;
  /** The reasons `end` was called with; more than one is a fault of the server. */
  readonly endReasons: string[];
  /** MediaMTX has accepted the client. */
  isConnected: boolean;
}

/**
 * Admits whom `decide` says, with real tickets: "allow" (path = asked stream), `{ path }`, or a
 * refusal's reason. Keeps every request and session for inspection.
 */
export class FakeAuthorizer implements Authorizer {
  /** Whether clients without credentials are asked about. */
  anonymous = false;
  readonly requests: AdmissionRequest[] = [];
  readonly sessions: FakeSession[] = [];

  constructor(
    readonly tickets: Tickets,
    public decide: (
      request: AdmissionRequest,
    ) => "allow" | { path: string } | Refusal["reason"] | Promise<"allow" | Refusal["reason"]>,
  ) {}

  async mayBeAnonymous(): Promise<boolean> {
    return this.anonymous;
  }

  async admit(request: AdmissionRequest): Promise<Admission | Refusal> {
    this.requests.push(request);
    const decision = await this.decide(request);
    if (typeof decision === "string" && decision !== "allow") {
      return { admitted: false, reason: decision };
    }
    const path = decision === "allow" ? request.stream : decision.path;
    const { action, protocol } = request;
    const endReasons: string[] = [];
    const session: FakeSession = {
      id: `session-${this.sessions.length + 1}`,
      path,
      handle: `handle-of-${path.replaceAll("/", "-")}`,
      bytesIn: 0,
      bytesOut: 0,
      request,
      endReasons,
      isConnected: false,
      connected: () => {
        session.isConnected = true;
      },
      end: (reason) => endReasons.push(reason),
    };
    this.sessions.push(session);
    const issue = () => this.tickets.issue({ action, path, protocol });
    return { admitted: true, ticket: issue(), freshTicket: issue, session };
  }
}
