import { HttpRelay } from "./httpRelay";
import { PublicHostResolver } from "./publicHostResolver";
import type { Relay } from "./relay";
import { parseSource, type Source, SourceError } from "./source";
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

/** About 20 KiB of the thread's heap each. */
const maxRelays = 2_000;

/** A source that MediaMTX may pull, through a relay on loopback. */
export interface OpenSource {
  /** For MediaMTX, instead of the source's own. */
  readonly url: string;
  /** The relay's, on 127.0.0.1. */
  readonly port: number;
  /** The relay is gone: what pulls from it needs another one. */
  readonly isLost?: boolean;
  close(): void;
}

/**
 * The one way to a source. Its host is checked here, and again by the relay with each connection that MediaMTX
 * makes: MediaMTX itself would resolve the name a second time and follow redirects to anywhere.
 */
export class SourceRelays {
  readonly #hosts: PublicHostResolver;
  readonly #refused: (path: string, reason: string) => void;
  #relays = 0;

  /**
   * @param refused called with the reason when a source is not connected to, or its response not served
   */
  constructor(refused: (path: string, reason: string) => void, hosts = new PublicHostResolver()) {
    this.#refused = refused;
    this.#hosts = hosts;
  }

  /**
   * @param knownPort of a relay that there was before; the host was checked for it, and is with each connection
   * @throws SourceError that says why MediaMTX may not pull from it, and repeats nothing of the URL
   */
  async open(path: string, url: string, knownPort?: number): Promise<OpenSource> {
    const source = parseSource(url);
    if (knownPort === undefined) await this.#hosts.resolve(source.host);
    if (this.#relays >= maxRelays) {
      throw new SourceError(`${maxRelays} sources are open, which is as many as can be`);
    }
    const [RelayKind, scheme] = kinds[source.scheme];
    const refused = (reason: string) => this.#refused(path, reason);
    const relay: Relay = new RelayKind({ source, hosts: this.#hosts, refused });
    const port = await relay.listen(knownPort ?? 0);
    this.#relays += 1;
    const prefix = scheme === "http" ? httpPrefix(source) : "";
    return {
      url: `${scheme}://${source.login}127.0.0.1:${port}${prefix}${source.rest}`,
      port,
      close: () => {
        this.#relays -= 1;
        relay.close();
      },
    };
  }
}

/** See {@link HttpRelay}. The path must not be empty behind it. */
function httpPrefix({ scheme, host, port, rest }: Source): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `/${scheme}/${name}:${port}${rest.startsWith("/") ? "" : "/"}`;
}
