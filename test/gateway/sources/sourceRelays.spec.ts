import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import {
  type AddressInfo,
  connect as connectTcp,
  createServer,
  type Server,
  type Socket,
} from "node:net";
import { mock } from "node:test";
import tls from "node:tls";
import { MediamtxClient } from "../../../gateway/mediamtx/client";
import { PathConfigurations } from "../../../gateway/paths/configurations";
import { PublicHostResolver, type Resolve } from "../../../gateway/sources/publicHostResolver";
import { SourceRelays } from "../../../gateway/sources/sourceRelays";
import { allowedAddresses } from "../../../gateway/sources/trustedNetworks";
import { selfSigned } from "../../local/runtime/stack";
import { until } from "../../until";
import {
  defaultSegments,
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
  toRtsp,
} from "../support/fixtures";
import { memoryLog } from "../support/memoryLog";

const loopback: Resolve = async () => ["127.0.0.1"];

/** A TCP server that tells who has come. */
async function listen(serve: (socket: Socket) => void = () => {}) {
  const connections: Socket[] = [];
  const server: Server = createServer((socket) => {
    connections.push(socket.on("error", () => {}));
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    for (const socket of connections) socket.destroy();
    server.close();
  };
  stops.push(stop);
  return { port: (server.address() as AddressInfo).port, connections };
}

const stops: (() => void)[] = [];

/** TLS in front of a camera's RTSP and HLS; its ports. */
async function startSecureFront(camera: Mediamtx, cert: string, key: string) {
  const front = async (port: number) => {
    const clients: Socket[] = [];
    const server = tls.createServer({ cert, key }, (client) => {
      const upstream = connectTcp(port, "127.0.0.1");
      clients.push(client, upstream);
      for (const socket of [client, upstream]) socket.on("error", () => socket.destroy());
      client.pipe(upstream).pipe(client);
    });
    server.on("tlsClientError", () => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    stops.push(() => {
      for (const socket of clients) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  };
  return { rtsp: await front(camera.ports.rtsp), hls: await front(camera.ports.hls) };
}

describe("sources, pulled by MediaMTX", function () {
  this.timeout(40_000);
  const log = memoryLog();
  let camera: Mediamtx;
  let publisher: Ffmpeg;
  let mediamtx: Mediamtx;
  let api: MediamtxClient;
  const opened: PathConfigurations[] = [];

  before(async () => {
    // Lets everybody publish and read.
    camera = await startMediamtx({ MTX_AUTHMETHOD: "internal", ...defaultSegments });
    mediamtx = await startMediamtx({
      MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE: "canary-passphrase",
    });
    api = new MediamtxClient(mediamtx.ports.api, mediamtx.apiToken);
    const url = `rtsp://127.0.0.1:${camera.ports.rtsp}/cam`;
    publisher = startFfmpeg([...testPicture, ...toRtsp(url)]);
    await until("the camera streams", async () => {
      const found = await fetch(`http://127.0.0.1:${camera.ports.api}/v3/paths/get/cam`);
      return ((await found.json()) as { ready?: boolean }).ready === true;
    });
  });
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  after(async () => {
    for (const paths of opened) paths.close();
    await publisher?.stop();
    await api?.close();
    await camera?.stop();
    await mediamtx?.stop();
  });

  /** Path configurations whose sources are looked up here; by default every address will do. */
  const pathsWith = (resolve: Resolve, isAllowed?: (address: string) => boolean) => {
    const refused = (stream: string, reason: string) =>
      log.log.warn({ stream, reason }, "source refused");
    const paths = new PathConfigurations(
      api,
      new SourceRelays(refused, new PublicHostResolver(resolve, isAllowed)),
    );
    opened.push(paths);
    return paths;
  };

  const urls: Record<string, () => string> = {
    RTSP: () => `rtsp://u:canary%40word@camera.test:${camera.ports.rtsp}/cam`,
    RTMP: () => `rtmp://camera.test:${camera.ports.rtmp}/cam`,
    SRT: () => `srt://camera.test:${camera.ports.srt}?streamid=read:cam`,
    "HLS with redirects": () => `http://camera.test:${camera.ports.hls}/cam/index.m3u8`,
  };
  for (const [name, url] of Object.entries(urls)) {
    it(`come in by ${name} through a relay`, async () => {
      const asked: string[] = [];
      const paths = pathsWith(
        async (host) => {
          asked.push(host);
          return ["127.0.0.1"];
        },
        (address) => address === "127.0.0.1",
      );
      const path = `pulled-${name.slice(0, 4).trim()}`;
      const answer = await paths.replace(path, { source: url() }, "lease");
      assert.equal(answer.status, 200);
      await mediamtx.untilReady(path);
      assert.deepEqual([...new Set(asked)], ["camera.test"]);
      const { source } = await mediamtx.api<{ source: string }>(`/v3/config/paths/get/${path}`);
      assert.equal(new URL(source).hostname, "127.0.0.1");
      await paths.remove(path);
      await until("the path is gone", async () => {
        const found = await mediamtx.api<{ error?: string }>(`/v3/paths/get/${path}`);
        return found.error !== undefined;
      });
    });
  }

  it("come in by RTSPS and HTTPS, when the certificate is the host's own", async () => {
    const { certificate: cert, key } = selfSigned();
    const secure = await startSecureFront(camera, cert, key);
    const urls = {
      rtsps: `rtsps://localhost:${secure.rtsp}/cam`,
      https: `https://localhost:${secure.hls}/cam/index.m3u8`,
    };
    const paths = pathsWith(loopback, () => true);
    for (const [name, source] of Object.entries(urls)) {
      const before = log.lines().length;
      await paths.replace(`secure-${name}`, { source }, "lease");
      await until("the unknown certificate is refused", () =>
        log
          .lines()
          .slice(before)
          .some(({ reason }) => /cannot be reached: DEPTH_ZERO_SELF_SIGNED/.test(String(reason))),
      );
    }
    // From now on this certificate is as good as an authority's.
    const { connect } = tls;
    const trusting = mock.method(tls, "connect", (options: tls.ConnectionOptions) =>
      connect({ ...options, ca: cert }),
    );
    for (const name of Object.keys(urls)) await mediamtx.untilReady(`secure-${name}`);
    for (const name of Object.keys(urls)) await paths.remove(`secure-${name}`);
    trusting.mock.restore();
  });

  it("come in from a trusted network, and not from a private address beside it", async () => {
    const trusted = allowedAddresses(["127.0.0.5/32"], []);
    const front = createServer((client) => {
      const upstream = connectTcp(camera.ports.rtsp, "127.0.0.1");
      for (const socket of [client, upstream]) socket.on("error", () => socket.destroy());
      client.pipe(upstream).pipe(client);
    }).listen(0, "127.0.0.5");
    await once(front, "listening");
    stops.push(() => front.close());
    const { port } = front.address() as AddressInfo;
    const paths = pathsWith(loopback, trusted);
    const source = `rtsp://127.0.0.5:${port}/cam`;
    assert.equal((await paths.replace("trusted", { source }, "lease")).status, 200);
    await mediamtx.untilReady("trusted");
    await paths.remove("trusted");
    const beside = `rtsp://127.0.0.6:${port}/cam`;
    await assert.rejects(
      paths.replace("beside", { source: beside }, "lease"),
      /trustedSourceCidrs: none of its addresses may be/,
    );
  });

  it("keep their relay while the source stays the same, and lose it when it changes", async () => {
    const paths = pathsWith(loopback, () => true);
    const source = urls.RTSP?.() ?? "";
    const configured = async () =>
      (await mediamtx.api<{ source: string }>("/v3/config/paths/get/kept")).source;
    await paths.replace("kept", { source }, "lease");
    const first = await configured();
    await paths.replace("kept", { source, record: false }, "lease");
    assert.equal(await configured(), first);
    await paths.patch("kept", { maxReaders: 3 });
    assert.equal(await configured(), first);
    await paths.patch("kept", { source: `${source}2` });
    assert.notEqual(await configured(), first);
    await paths.remove("kept");
  });

  it("are refused when a name that was public leads to loopback at the time of connecting", async () => {
    const inside = await listen();
    for (const scheme of ["rtsp", "rtmp", "rtsps", "http"]) {
      let addresses = ["1.1.1.1"];
      const paths = pathsWith(async () => addresses);
      const source = `${scheme}://rebind.test:${inside.port}/x`;
      const path = `rebound-${scheme}`;
      await paths.replace(path, { source, sourceOnDemand: true }, "lease");
      addresses = ["127.0.0.1"];
      const before = log.lines().length;
      await paths.patch(path, { sourceOnDemand: false });
      await until(`${scheme} is refused`, () => {
        const lines = log.lines().slice(before);
        return lines.some(({ msg, stream }) => msg === "source refused" && stream === path);
      });
      await paths.remove(path);
    }
    assert.equal(inside.connections.length, 0);
  });

  it("are not followed to where an RTSP redirect leads", async () => {
    const inside = await listen();
    const redirect = `Location: rtsp://127.0.0.1:${inside.port}/x\r\n\r\n`;
    for (const [index, head] of [
      "RTSP/1.0 302 Found",
      "RTSP/1.0 301",
      "RTSP/1.0 305 x",
    ].entries()) {
      const hostile = await listen((socket) => {
        socket.on("data", (data) => {
          const cseq = /CSeq: (\d+)/i.exec(data.toString())?.[1] ?? "1";
          const isDescribe = data.toString().startsWith("DESCRIBE");
          const answer = isDescribe
            ? `${head}\r\nCSeq: ${cseq}\r\n${redirect}`
            : `RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nPublic: DESCRIBE\r\n\r\n`;
          // In two parts: the status line is not always seen whole.
          socket.write(answer.slice(0, 10 + index));
          setImmediate(() => socket.write(answer.slice(10 + index)));
        });
      });
      const paths = pathsWith(loopback, () => true);
      const before = log.lines().length;
      const path = `redirected-${index}`;
      await paths.replace(path, { source: `rtsp://hostile.test:${hostile.port}/x` }, "lease");
      await until("the redirect is refused", () =>
        log
          .lines()
          .slice(before)
          .some(({ reason }) => /redirects/.test(String(reason))),
      );
      await paths.remove(path);
    }
    assert.equal(inside.connections.length, 0);
  });

  it("are not followed to where a playlist or an HTTP redirect leads, unless that may be pulled", async () => {
    const inside = await listen();
    const address = `http://127.0.0.1:${inside.port}`;
    const bodies: Record<string, string> = {
      "/media.m3u8": `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI="${address}/init.mp4"\n#EXTINF:2,\n${address}/s.mp4\n`,
      "/variant.m3u8": `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.640020"\n//127.0.0.1:${inside.port}/x.m3u8\n`,
    };
    // It is on an address that may be pulled from.
    const hostile = createHttpServer((request, response) => {
      const body = bodies[request.url ?? ""];
      if (body) response.end(body);
      else response.writeHead(302, { location: `${address}/redirected.m3u8` }).end();
    }).listen(0, "127.0.0.2");
    stops.push(() => {
      hostile.close();
      hostile.closeAllConnections();
    });
    await once(hostile, "listening");
    const { port } = hostile.address() as AddressInfo;
    const paths = pathsWith(
      async () => ["127.0.0.2"],
      (found) => found === "127.0.0.2",
    );
    for (const file of ["media", "variant", "redirect"]) {
      const before = log.lines().length;
      const source = `http://hostile.test:${port}/${file}.m3u8`;
      await paths.replace(`hls-${file}`, { source }, "lease");
      await until(`${file} is refused`, () =>
        log
          .lines()
          .slice(before)
          .some(({ msg }) => msg === "source refused"),
      );
      await paths.remove(`hls-${file}`);
    }
    assert.equal(inside.connections.length, 0);
  });

  it("leave no login in any log", () => {
    assert.doesNotMatch(log.text(), /canary/);
    assert.doesNotMatch(mediamtx.log(), /canary(?!-passphrase)/);
  });
});
