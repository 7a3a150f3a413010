import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { HlsServer } from "../../../gateway/hls/server";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import { maxPipelined } from "../../../gateway/net/httpServer";
import { until } from "../../until";
import { FakeAuthorizer } from "../support/fixtures";

describe("pipelined HTTP requests", () => {
  let authorizer: FakeAuthorizer;
  let server: HlsServer;
  let client: Socket;
  let heard: string;

  const requests = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const target = `/cam${index}/index.m3u8?token=t`;
      return `GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`;
    }).join("");

  beforeEach(async () => {
    authorizer = new FakeAuthorizer(new Tickets(), () => "no-lease");
    server = new HlsServer(authorizer, { port: 0, mediamtxPort: 1 });
    await server.listen();
    client = connect(server.port, "127.0.0.1");
    client.on("error", () => client.destroy());
    heard = "";
    client.on("data", (data) => {
      heard += data.toString("latin1");
    });
    await once(client, "connect");
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  it("are answered, a few at a time, as often as one likes", async () => {
    for (let round = 1; round <= 3; round++) {
      client.write(requests(maxPipelined));
      const answers = () => heard.split("HTTP/1.1 404").length - 1;
      await until("all are answered", () => answers() === round * maxPipelined);
    }
  });

  it("end their connection when there are more: one client cannot have all questions", async () => {
    let answer = (_: "no-lease") => {};
    const late = new Promise<"no-lease">((resolve) => {
      answer = resolve;
    });
    authorizer.decide = () => late;
    client.write(requests(1_000));
    await until("the connection has ended", () => client.closed);
    assert.equal(authorizer.requests.length, maxPipelined);
    answer("no-lease");
  });
});
