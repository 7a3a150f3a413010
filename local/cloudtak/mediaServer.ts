import type { Data, Lease } from "./data";
import { ApiError } from "./errors";
import type { State } from "./state";

/** The parts of the media server's configuration of which CloudTAK makes URLs. */
interface Servers {
  readonly rtsp: boolean;
  readonly rtspAddress: string;
  readonly rtmp: boolean;
  readonly rtmpAddress: string;
  readonly srt: boolean;
  readonly srtAddress: string;
  readonly hls: boolean;
}

/** A path as the media server shows it. */
export interface MediaPath {
  readonly ready: boolean;
  readonly readers: readonly unknown[];
}

/** With whose credentials URLs are filled in; "template" leaves `{{username}}` and `{{password}}` to the user. */
export type Population = "template" | "read";

export type Protocols = Readonly<Record<string, { readonly name: string; readonly url: string }>>;

/**
 * CloudTAK's client of its media server: `media::url` with the port forced to 9997, a Bearer token without an end, no
 * time-out. A refusal of the media server becomes CloudTAK's 500, except for the status of one path, which is passed on.
 */
export class MediaServer {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** The host by which the media server is known; undefined when none is configured. */
  get hostname(): string | undefined {
    const url = this.#url();
    return url && new URL(url).hostname;
  }

  /** @throws ApiError 400 when no media server is configured */
  requireUrl(): string {
    const url = this.#url();
    if (!url) throw new ApiError(400, "Media Integration is not configured");
    return url;
  }

  async service(): Promise<object> {
    const url = this.#url();
    if (!url) return { configured: false };
    const config = await this.#json("/v3/config/global/get");
    const { items } = (await this.#json("/path")) as { items: readonly unknown[] };
    return { configured: true, url, external: url, config, paths: items };
  }

  async path(path: string): Promise<MediaPath> {
    const answer = await this.#call("GET", `/path/${path}`);
    if (!answer.ok) throw new ApiError(answer.status, "Media Server Error");
    return (await answer.json()) as MediaPath;
  }

  /** Called after a lease was created. A lease pulled over HTTP is not sent to the media server. */
  async add({ path, proxy, recording }: Lease): Promise<void> {
    if (proxy && /^https?:/.test(proxy)) return;
    const source = proxy ? { source: proxy } : {};
    await this.#write("POST", "/path", { name: path, ...source, record: recording });
  }

  /** Called after a lease was changed: only status 404 for the path makes CloudTAK add it. */
  async change({ path, proxy, recording }: Lease): Promise<void> {
    const lease = { name: path, source: proxy, record: recording };
    const found = await this.#call("GET", `/path/${path}`);
    if (found.status === 404) return this.#write("POST", "/path", lease);
    if (!found.ok) throw new ApiError(found.status, "Media Server Error");
    return this.#write("PATCH", `/path/${path}`, lease);
  }

  /** The media server's response is ignored. */
  async remove(path: string): Promise<void> {
    await this.#call("DELETE", `/path/${path}`);
  }

  /** URLs of a lease as CloudTAK hands them to users. */
  async protocols(lease: Lease, population: Population): Promise<Protocols> {
    const url = this.#url();
    if (!url) return {};
    const servers = (await this.#json("/v3/config/global/get")) as Servers;
    return protocolsOf(lease, population, new URL(url), servers, this.#port);
  }

  get #port(): number {
    return this.#state.data().media_port;
  }

  #url(): string | undefined {
    const url = (this.#state.data() as Data).config["media::url"];
    return typeof url === "string" && url !== "" ? url : undefined;
  }

  async #json(target: string): Promise<unknown> {
    const answer = await this.#call("GET", target);
    if (!answer.ok) throw new ApiError(500, await answer.text());
    return answer.json();
  }

  async #write(method: "POST" | "PATCH", target: string, body: object): Promise<void> {
    const answer = await this.#call(method, target, body);
    if (!answer.ok) throw new ApiError(500, await answer.text());
  }

  async #call(method: string, target: string, body?: object): Promise<Response> {
    const url = new URL(target, this.requireUrl());
    url.port = String(this.#port);
    const token = this.#state.tokens.sign({ internal: true, access: "media" });
    const authorization = `Bearer ${token}`;
    try {
      return await fetch(url, {
        method,
        headers: { authorization, ...(body && { "content-type": "application/json" }) },
        ...(body && { body: JSON.stringify(body) }),
      });
    } catch {
      throw new ApiError(500, "fetch failed");
    }
  }
}

function protocolsOf(
  lease: Lease,
  population: Population,
  media: URL,
  servers: Servers,
  apiPort: number,
): Protocols {
  const { path } = lease;
  const isSecure = Boolean(lease.stream_user && lease.read_user);
  const [user, password] =
    population === "read" ? [lease.read_user, lease.read_pass] : ["{{username}}", "{{password}}"];
  const login = isSecure ? `${user}:${password}@` : "";
  const portOf = (address: string) => address.replace(":", "");
  const found: Record<string, { name: string; url: string }> = {};
  if (servers.rtsp) {
    found.rtsp = {
      name: "Real-Time Streaming Protocol (RTSP)",
      url: `rtsp://${login}${media.hostname}:${portOf(servers.rtspAddress)}/${path}`,
    };
  }
  if (servers.rtmp) {
    found.rtmp = {
      name: "Real-Time Messaging Protocol (RTMP)",
      url:
        `rtmp://${media.hostname}:${portOf(servers.rtmpAddress)}/${path}` +
        (isSecure ? `?user=${user}&pass=${password}` : ""),
    };
  }
  if (servers.srt) {
    // A brace too many behind the user, once it is filled in.
    const srtLogin = population === "read" ? `:${user}}:${password}` : `:${user}:${password}`;
    found.srt = {
      name: "Secure Reliable Transport (SRT)",
      url:
        `srt://${media.hostname}:${portOf(servers.srtAddress)}?streamid={{mode}}:${path}` +
        (isSecure ? srtLogin : ""),
    };
  }
  if (servers.hls) {
    found.hls = {
      name: "HTTP Live Streaming (HLS)",
      url: `${media.protocol}//${login}${media.hostname}:${apiPort}/stream/${path}/index.m3u8`,
    };
  }
  return found;
}
