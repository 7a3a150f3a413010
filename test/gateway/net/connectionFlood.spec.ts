import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { HlsServer } from "../../../gateway/hls/server";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import { streamConnectionLimits } from "../../../gateway/net/connectionLimiter";
import type { ProtocolServer } from "../../../gateway/net/protocolServer";
import { RtmpServer } from "../../../gateway/rtmp/server";
import { RtspServer } from "../../../gateway/rtsp/server";
import { freePort } from "../../freePort";
import { until } from "../../until";
import { obs } from "../rtmp/fixtures/conversations";
import { describeRequest } from "../rtsp/peer";
import { FakeAuthorizer } from "../support/fixtures";

/** Ten addresses with all places that clients who say nothing may have, and some more. */
const addresses = Array.from({ length: 10 }, (_, index) => `127.0.1.${index + 1}`);
const perAddress = Math.ceil((streamConnectionLimits.pending * 1.05) / addresses.length);

describe("a crowd that says nothing", function () {
  this.timeout(30_000);
  let authorizer: FakeAuthorizer;
  let mediamtxPort: number;
  let server: (ProtocolServer & { readonly port: number }) | undefined;
  let group: Socket[];
  const dropped = () => group.filter(({ destroyed }) => destroyed).length;

  beforeEach(async () => {
    group = [];
    authorizer = new FakeAuthorizer(new Tickets(), () => "bad-credentials");
    mediamtxPort = await freePort();
  });
  afterEach(async () => {
    for (const socket of group) socket.destroy();
    await server?.close();
  });

  function join(localAddress: string): Promise<unknown> {
    const socket = connect({ port: server?.port ?? 0, host: "127.0.0.1", localAddress });
    socket.on("error", () => socket.destroy());
    group.push(socket);
    return once(socket, "connect");
  }

  const servers: [
    string,
    () => ProtocolServer & { readonly port: number },
    string | Buffer,
    RegExp,
  ][] = [
    [
      "RTMP",
      () => new RtmpServer(authorizer, { port: 0, mediamtxPort }),
      obs("rtmp://h/live", "u:p:cam"),
      /NetStream\.Publish\.Unauthorized/,
    ],
    [
      "RTSP",
      () => new RtspServer(authorizer, { port: 0, mediamtxPort }),
      describeRequest(1, "Authorization: Basic dTpw\r\n"),
      /401 Unauthorized/,
    ],
    [
      "HLS",
      () => new HlsServer(authorizer, { port: 0, mediamtxPort }),
      "GET /cam/index.m3u8?token=t HTTP/1.1\r\nHost: h\r\n\r\n",
      /401 Unauthorized/,
    ],
  ];
  for (const [protocol, open, hello, answer] of servers) {
    it(`locks nobody out of ${protocol}`, async () => {
      server = open();
      await server.listen();
      for (let count = 0; count < perAddress; count++) await Promise.all(addresses.map(join));
      const surplus = group.length - streamConnectionLimits.pending;
      await until("the surplus is dropped", () => dropped() >= surplus);

      const honest = connect({ port: server.port, host: "127.0.0.1", localAddress: "127.0.0.1" });
      group.push(honest);
      await once(honest, "connect");
      // The crowd comes again meanwhile.
      for (let count = 0; count < 5; count++) await Promise.all(addresses.map(join));
      let heard = "";
      honest.on("data", (data) => {
        heard += data.toString("latin1");
      });
      honest.write(hello);
      await until("the honest client is answered", () => answer.test(heard));
      assert.equal(authorizer.requests.length, 1);
    });
  }
});
