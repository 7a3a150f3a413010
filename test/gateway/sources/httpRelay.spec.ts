import assert from "node:assert/strict";
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { closeServer, listenOn } from "../../../gateway/net/listen";
import { HttpRelay } from "../../../gateway/sources/httpRelay";
import { PublicHostResolver } from "../../../gateway/sources/publicHostResolver";
import { parseSource } from "../../../gateway/sources/source";

type Answers = Record<string, (response: ServerResponse) => void>;

describe("the relay of an HTTP source", function () {
  this.timeout(8_000);
  let source: Server;
  let relay: HttpRelay;
  let port = 0;
  let relayPort = 0;
  let answers: Answers = {};
  let reasons: string[] = [];
  const asked: string[] = [];

  beforeEach(async () => {
    answers = {};
    reasons = [];
    asked.length = 0;
    source = createServer((incoming: IncomingMessage, response) => {
      asked.push(incoming.url ?? "");
      const answer = answers[incoming.url ?? ""];
      if (answer) answer(response);
      else response.writeHead(404).end();
    });
    port = await listenOn(source, 0, "127.0.0.1");
    relay = new HttpRelay({
      source: parseSource(`http://source.test:${port}/`),
      hosts: new PublicHostResolver(
        async () => ["127.0.0.1"],
        () => true,
      ),
      refused: (reason) => reasons.push(reason),
    });
    relayPort = await relay.listen(0);
  });
  afterEach(async () => {
    relay.close();
    await closeServer(source);
  });

  const relayed = (path: string) => `http://127.0.0.1:${relayPort}/http/source.test:${port}${path}`;

  it("does not wait for the body of a redirect, which may have no end", async () => {
    let closed: Promise<unknown> = Promise.resolve();
    answers["/endless"] = (response) => {
      closed = once(response, "close");
      response.writeHead(302, { location: "/media" }).write("x");
    };
    answers["/media"] = (response) => void response.end("media");
    const answer = await fetch(relayed("/endless"));
    assert.deepEqual([answer.status, await answer.text()], [200, "media"]);
    await closed;
  });

  it("lets go of the source as soon as MediaMTX has given up", async () => {
    let begun = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let closed: Promise<unknown> = Promise.resolve();
    answers["/slow"] = (response) => {
      closed = once(response, "close");
      response.write("#EXTM3U\n");
      begun();
    };
    const mediamtx = request(relayed("/slow"))
      .on("error", () => {})
      .end();
    await hasBegun;
    mediamtx.destroy();
    await closed;
    assert.deepEqual(reasons, []);
  });

  it("refuses a playlist of more than 64 KiB without reading on, and says so", async () => {
    let closed: Promise<unknown> = Promise.resolve();
    answers["/long"] = (response) => {
      closed = once(response, "close");
      response.write(`#EXTM3U\n${"a\n".repeat(40_000)}`);
    };
    assert.equal((await fetch(relayed("/long"))).status, 502);
    assert.deepEqual(reasons, ["the source's playlist has more than 65536 bytes"]);
    await closed;
  });

  it("serves a playlist that comes a byte at a time", async () => {
    answers["/bytes"] = async (response) => {
      for (const byte of "#EXTM3U\na.mp4") {
        await new Promise((resolve) => response.write(byte, resolve));
      }
      response.end();
    };
    const answer = await fetch(relayed("/bytes"));
    assert.equal(await answer.text(), `#EXTM3U\n/http/source.test:${port}/a.mp4`);
  });

  it("follows five redirects, and none to a URL that is too long or no URL of HTTP", async () => {
    for (let hop = 0; hop < 10; hop++) {
      answers[`/${hop}`] = (response) =>
        void response.writeHead(302, { location: `/${hop + 1}` }).end();
    }
    assert.equal((await fetch(relayed("/0"))).status, 502);
    assert.equal(asked.length, 6);
    const places = [`/${"x".repeat(2_048)}`, "ftp://source.test/", "http://["];
    for (const location of places) {
      answers["/to"] = (response) => void response.writeHead(302, { location }).end();
      assert.equal((await fetch(relayed("/to"))).status, 502);
    }
    assert.equal(reasons.length, 1 + places.length);
    assert.match(reasons[0] ?? "", /redirects more than 5 times/);
    for (const reason of reasons.slice(1)) assert.match(reason, /no URL of http or https/);
  });

  it("refuses headers of more than 16 KiB", async () => {
    answers["/headers"] = (response) =>
      void response.writeHead(200, { "x-long": "x".repeat(17 * 1024) }).end("media");
    assert.equal((await fetch(relayed("/headers"))).status, 502);
    assert.match(reasons[0] ?? "", /HEADERS_OVERFLOW/);
  });
});
