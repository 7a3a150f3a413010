import { strict as assert } from "node:assert";
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { askApi, publishing } from "./clients";
import { addToCloudtak, gatewayLog, paths, textBelow } from "./system";

/** Where the client comes from; the machine's other clients come from 127.0.0.1. */
const address = "127.0.0.77";
const password = "address-pass";

interface Detour {
  readonly port: number;
  close(): void;
}

/** Carries TCP connections on from `address`. */
async function tcpDetour(to: number): Promise<Detour> {
  const server = createServer((client) => {
    const onward = connect({ host: "127.0.0.1", port: to, localAddress: address });
    client.on("error", () => onward.destroy()).on("close", () => onward.destroy());
    onward.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(onward).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** Carries the datagrams of one client on from `address`. */
async function udpDetour(to: number): Promise<Detour> {
  const near = createSocket("udp4").bind(0, "127.0.0.1");
  const far = createSocket("udp4").bind(0, address);
  await Promise.all([once(near, "listening"), once(far, "listening")]);
  let client = 0;
  near.on("message", (packet, from) => {
    client = from.port;
    far.send(packet, to, "127.0.0.1");
  });
  far.on("message", (packet) => near.send(packet, client, "127.0.0.1"));
  const close = () => {
    for (const socket of [near, far] as UdpSocket[]) socket.close();
  };
  return { port: near.address().port, close };
}

interface Connections {
  readonly items: readonly { readonly remoteAddr: string; readonly path: string }[];
}

const ways = {
  rtmp: {
    list: "rtmpconns",
    detour: () => tcpDetour(1936),
    url: (port: number) => `rtmps://localhost:${port}/live/rtmp-user:${password}:rtmp-stream`,
  },
  rtsp: {
    list: "rtspsessions",
    detour: () => tcpDetour(8555),
    url: (port: number) => `rtsps://localhost:${port}/rtsp-user:${password}:rtsp-stream`,
  },
  srt: {
    list: "srtconns",
    detour: () => udpDetour(8890),
    url: (port: number) => `srt://127.0.0.1:${port}?streamid=srt-user:${password}:srt-stream`,
  },
};

describe("the client's address", () => {
  for (const [protocol, { list, detour, url }] of Object.entries(ways)) {
    it(`is right in the API, in the gateway's log and in the auth function's: ${protocol}`, async () => {
      // A decision that was made before is not asked for again.
      const stream = `${protocol}-stream`;
      addToCloudtak(`${protocol}-user`, password, stream);
      const before = gatewayLog().length;
      const { port, close } = await detour();
      try {
        const publisher = await publishing(url(port), stream);
        const { body } = await askApi<Connections>(`/v3/${list}/list`);
        const listed = body.items.filter(({ path }) => path === stream);
        assert.deepEqual(
          listed.map(({ remoteAddr }) => remoteAddr.split(":")[0]),
          [address],
        );
        const told = gatewayLog().slice(before);
        const since = new RegExp(`"protocol":"${protocol}".*"clientAddress":"${address}"`);
        assert.match(told, since);
        const asked = textBelow(`${paths.logs}/aws/lambda`);
        assert.match(asked, new RegExp(`"protocol":"${protocol}","address":"${address}"`));
        await publisher.stop();
      } finally {
        close();
      }
    });
  }
});
