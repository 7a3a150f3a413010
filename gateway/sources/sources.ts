import type { Log } from "../log";
import { Hosts } from "./hosts";
import { HttpRelay } from "./httpRelay";
import type { Relay } from "./relay";
import { parseSource, type Source } from "./source";
import { TcpRelay } from "./tcpRelay";
import { UdpRelay } from "./udpRelay";

/** Which relay a scheme needs, and in which scheme MediaMTX speaks to it. */
const kinds = {
  rtsp: [TcpRelay, "rtsp"],
  rtsps: [TcpRelay, "rtsp"],
  rtmp: [TcpRelay, "rtmp"],
  rtmps: [TcpRelay, "rtmp"],
  srt: [UdpRelay, "srt"],
  http: [HttpRelay, "http"],
  https: [HttpRelay, "http"],
} as const;

/** A source that MediaMTX may pull, through a relay on loopback. */
export interface OpenSource {
  /** For MediaMTX in place of the source's own. */
  readonly url: string;
  close(): void;
}

/**
 * The one way to a source. Its host is checked here, and again by the relay with each connection that MediaMTX
 * makes: MediaMTX itself would resolve the name a second time and follow redirects to anywhere.
 */
export class Sources {
  readonly #hosts: Hosts;
  readonly #log: Log;

  constructor(log: Log, hosts = new Hosts()) {
    this.#log = log;
    this.#hosts = hosts;
  }

  /** @throws SourceFault that says why MediaMTX may not pull from it, and repeats nothing of the URL */
  async open(path: string, url: string): Promise<OpenSource> {
    const source = parseSource(url);
    await this.#hosts.find(source.host);
    const [RelayKind, scheme] = kinds[source.scheme];
    const refused = (reason: string) => this.#log.warn({ stream: path, reason }, "source refused");
    const relay: Relay = new RelayKind({ source, hosts: this.#hosts, refused });
    const port = await relay.listen();
    const prefix = scheme === "http" ? httpPrefix(source) : "";
    return {
      url: `${scheme}://${source.login}127.0.0.1:${port}${prefix}${source.rest}`,
      close: () => relay.close(),
    };
  }
}

/** See {@link HttpRelay}. The path must not be empty behind it. */
function httpPrefix({ scheme, host, port, rest }: Source): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `/${scheme}/${name}:${port}${rest.startsWith("/") ? "" : "/"}`;
}
