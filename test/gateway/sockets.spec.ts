import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { connectMediamtx, release } from "../../gateway/sockets";
import { until } from "./fixtures";

describe("a connection to MediaMTX", () => {
  let server: Server;
  let accepted: Socket[];
  let socket: Socket;

  beforeEach(async () => {
    accepted = [];
    server = createServer({ allowHalfOpen: true }, (one) => accepted.push(one));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    socket = connectMediamtx((server.address() as AddressInfo).port);
  });
  afterEach(async () => {
    socket.destroy();
    for (const one of accepted) one.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it("gives every byte in order, also when what it read is released or kept in turns", async () => {
    const sent = randomBytes(3_000_000);
    const read: Buffer[] = [];
    socket.on("data", (data: Buffer) => {
      if (read.length % 2 === 0) {
        read.push(data);
        return;
      }
      read.push(Buffer.from(data));
      release(data);
    });
    await until("it is connected", () => accepted.length === 1);
    accepted[0]?.end(sent);
    await once(socket, "end");
    assert.ok(Buffer.concat(read).equals(sent));
  });

  it("reads nothing while it is paused, and goes on after", async () => {
    let bytes = 0;
    socket.on("data", (data: Buffer) => {
      bytes += data.length;
      socket.pause();
    });
    await until("it is connected", () => accepted.length === 1);
    accepted[0]?.write(Buffer.alloc(1_000_000));
    await until("the first has come", () => bytes > 0);
    const first = bytes;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(bytes, first);
    socket.on("data", () => socket.resume());
    socket.resume();
    await until("all has come", () => bytes === 1_000_000);
  });

  it("ends on its own in either direction", async () => {
    const ended = once(
      socket.on("data", () => {}),
      "end",
    );
    await until("it is connected", () => accepted.length === 1);
    accepted[0]?.end("last");
    await ended;
    socket.end("still here");
    const [data] = (await once(accepted[0] as Socket, "data")) as [Buffer];
    assert.equal(data.toString(), "still here");
  });
});
