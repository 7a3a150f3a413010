import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { Client, freeStack, TestCloud } from "./fixtures";
import { type Stack, selfSigned } from "./stack";

describe("update of a running stack", () => {
  let cloud: TestCloud;
  let stack: Stack;

  beforeEach(async () => {
    cloud = new TestCloud();
    stack = await freeStack();
  });
  afterEach(() => cloud.close());

  it("opens and closes a listener without touching connections of the others", async () => {
    const both = stack.list();
    const secure = both.filter(({ urn }) => !urn.endsWith("::plain"));
    await cloud.start(stack);
    await cloud.runtime.apply(secure);
    const socket = connectTls({
      port: cloud.port("tls"),
      host: "127.0.0.1",
      rejectUnauthorized: false,
    });
    const stream = new Client(socket);
    await stream.line();
    const before = cloud.statuses.length;

    await cloud.runtime.apply(both);
    const plain = Client.tcp(cloud.port("plain"));
    await plain.line();
    const port = cloud.port("plain");
    await cloud.runtime.apply(secure);
    await plain.closed();
    const refused = Client.tcp(port);
    await refused.closed();

    assert.equal(refused.error?.code, "ECONNREFUSED");
    assert.equal(await stream.say("still here"), "still here");
    assert.deepEqual(
      cloud.statuses.slice(before).map(({ event, name }) => `${event} ${name}`),
      ["listening plain", "closed plain"],
    );
    socket.destroy();
  });

  it("serves a new certificate to new connections and keeps the old ones", async () => {
    await cloud.start(stack);
    const options = { port: cloud.port("tls"), host: "127.0.0.1", rejectUnauthorized: false };
    const old = connectTls(options);
    const stream = new Client(old);
    await stream.line();
    const { certificate, key } = selfSigned(true);
    await cloud.runtime.apply(
      stack.edit("certificate", { certificateBody: certificate, privateKey: key }).list(),
    );
    const fresh = connectTls(options);
    await once(fresh, "secureConnect");
    assert.notEqual(fingerprint(fresh), fingerprint(old));
    assert.equal(await stream.say("still here"), "still here");
    old.destroy();
    fresh.destroy();
  });

  it("turns a TLS listener into a TCP one on the same port", async () => {
    await cloud.start(stack.remove("plain"));
    await cloud.runtime.apply(stack.edit("tls", { protocol: "TCP" }).list());
    const client = Client.tcp(cloud.port("tls"));
    assert.match(await client.line(), /^hello /);
    client.socket.destroy();
  });

  it("replaces the task when its definition changes: the old one stops before the new one starts", async () => {
    await cloud.start(stack);
    const from = cloud.statuses.length;
    await cloud.start(
      stack.editContainer("mediamtx", { environment: [{ name: "NEW", value: "1" }] }),
    );
    assert.deepEqual(
      cloud.statuses
        .slice(from)
        .filter(({ name }) => name === "media")
        .map(({ event, message }) => `${event} ${event === "stopped" ? message : ""}`),
      ["stopped Scaling activity initiated by a new deployment", "starting ", "running "],
    );
  });

  it("lets a task run on when only its start has become impossible, and starts it when it may again", async () => {
    await cloud.start(stack);
    const good = stack.list();
    const from = cloud.statuses.length;
    await cloud.runtime.apply(stack.remove("log").list());
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    assert.deepEqual(
      cloud.statuses.slice(from).map(({ event }) => event),
      ["problem"],
    );
    client.socket.write("die\n");
    await cloud.until("stopped", "media", from);
    await client.closed();
    const stopped = cloud.statuses.length;
    await cloud.runtime.apply(good);
    await cloud.until("healthy", "tcp-target", stopped);
  });

  it("closes everything when the stack is gone", async () => {
    await cloud.start(stack);
    await cloud.runtime.apply([]);
    assert.deepEqual(cloud.runtime.listeners, []);
    assert.equal(cloud.statuses.at(-1)?.message, "the service is gone");
  });

  it("names every port that is taken, opens nothing, and works once they are free", async () => {
    const blockers = [createServer(), createServer()];
    for (const blocker of blockers) await once(blocker.listen(0, "127.0.0.1"), "listening");
    const [listenerPort = 0, other = 0] = blockers.map(
      (blocker) => (blocker.address() as { port: number }).port,
    );
    const busy = new TestCloud({
      portOf: ({ name }) => (name === "plain" ? listenerPort : 0),
    });
    const taken = await freeStack();
    taken.editContainer("mediamtx", { portMappings: [{ containerPort: other }] });
    try {
      await assert.rejects(busy.runtime.apply(taken.list()), {
        name: "RuntimeError",
        message:
          "these ports cannot be opened; end what uses them (perhaps another local cloud) and start again:\n" +
          `  container mediamtx (tcp ${other}): the port is in use by another process\n` +
          `  listener plain (TCP 1935): listen EADDRINUSE: address already in use 127.0.0.1:${listenerPort}`,
      });
      assert.deepEqual(busy.runtime.listeners, []);
      for (const blocker of blockers) blocker.close();
      await busy.start(taken);
    } finally {
      await busy.close();
    }
  });
});

const fingerprint = (socket: TLSSocket): string => socket.getPeerCertificate().fingerprint256;
