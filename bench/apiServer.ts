/** The API's server, the other servers and MediaMTX in a process of their own, so that its CPU time is theirs alone. */
import { roles, startApiSystem } from "../test/gateway/api/apiSystem";
import { startFfmpeg } from "../test/gateway/support/fixtures";

const configuredPaths = 500;

/** What the benchmark gets to know. */
export interface ApiServer {
  readonly apiPort: number;
  readonly rtmpPort: number;
  readonly mediamtxApiPort: number;
  readonly mediamtxToken: string;
}

async function main(): Promise<void> {
  const system = await startApiSystem({}, { maxRequestsPerMinute: Number.MAX_SAFE_INTEGER });
  const { api } = system.mediamtx.ports;
  for (let number = 0; number < configuredPaths; number++) {
    await fetch(`http://127.0.0.1:${api}/v3/config/paths/add/path-${number}`, {
      method: "POST",
      headers: { authorization: `Bearer ${system.mediamtx.apiToken}` },
      body: "{}",
    });
  }
  const picture = "-re -f lavfi -i testsrc2=size=640x360:rate=25 -c:v libx264 -preset ultrafast";
  const rate = "-b:v 2M -minrate 2M -maxrate 2M -bufsize 1M -nal-hrd cbr -g 25 -pix_fmt yuv420p";
  const url = `rtmp://127.0.0.1:${system.ports.rtmp}/cam?user=admin&pass=canary-password`;
  const publisher = startFfmpeg([...`${picture} ${rate} -f flv`.split(" "), url]);
  await system.mediamtx.untilReady("cam");

  process.on("message", (message) => {
    if (message === "cpu") process.send?.({ cpu: process.cpuUsage() });
    else
      void publisher
        .stop()
        .then(() => system.stop())
        .then(() => process.exit(0));
  });
  const server: ApiServer = {
    apiPort: system.ports.api,
    rtmpPort: system.ports.rtmp,
    mediamtxApiPort: api,
    mediamtxToken: system.mediamtx.apiToken,
  };
  process.send?.({ server, authorization: roles.administrator });
}

void main();
