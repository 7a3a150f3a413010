import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Plays an HLS URL as CloudTAK's web player does: hls.js, the login of the URL as an Authorization header made with
 * btoa, a new player 1, 2 and 4 s after fatal errors, then none. A recovered stream gives the retries back.
 */
const script = `
  const video = document.querySelector("video");
  let retries = 0;
  let player;
  window.state = { attempts: 0, failed: undefined };
  window.play = (text) => {
    const url = new URL(text);
    const user = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    url.username = "";
    url.password = "";
    const start = () => {
      window.state.attempts += 1;
      player = new Hls({
        enableWorker: true,
        lowLatencyMode: false,
        backBufferLength: 90,
        maxBufferLength: 30,
        maxMaxBufferLength: 600,
        liveSyncDurationCount: 3,
        liveMaxLatencyDurationCount: 10,
        xhrSetup: (xhr) => {
          if (!user || !password) return;
          xhr.setRequestHeader("Authorization", "Basic " + btoa(user + ":" + password));
        },
      });
      player.attachMedia(video);
      player.on(Hls.Events.MEDIA_ATTACHED, () => player.loadSource(url.toString()));
      player.on(Hls.Events.MANIFEST_PARSED, () => video.play());
      player.on(Hls.Events.FRAG_BUFFERED, () => { retries = 0; });
      player.on(Hls.Events.ERROR, (_event, data) => {
        if (!data.fatal) {
          if (data.type === Hls.ErrorTypes.NETWORK_ERROR) player.startLoad();
          if (data.type === Hls.ErrorTypes.MEDIA_ERROR) player.recoverMediaError();
          return;
        }
        player.destroy();
        if (retries === 3) { window.state.failed = data.details; return; }
        setTimeout(start, 1000 * 2 ** retries++);
      });
    };
    start();
  };
`;

/** A page on an origin of its own, as CloudTAK is. */
export async function serveCloudtakPage(): Promise<{ url: string; close(): void }> {
  const files: Record<string, [type: string, body: string | Buffer]> = {
    "/": [
      "text/html",
      `<video muted></video><script src="/hls.js"></script><script>${script}</script>`,
    ],
    "/hls.js": ["text/javascript", readFileSync(require.resolve("hls.js/dist/hls.min.js"))],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url ?? ""] ?? [];
    if (!type) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
