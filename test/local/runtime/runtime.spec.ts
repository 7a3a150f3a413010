import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type { Status } from "../../../local/runtime/status";
import { Client, freeStack, isAlive, pause, TestCloud } from "./fixtures";
import { arns, type Stack, selfSigned } from "./stack";

const localhost = { host: "127.0.0.1", rejectUnauthorized: false } as const;

describe("running stack", () => {
  let cloud: TestCloud;
  let stack: Stack;

  before(async () => {
    process.env.RUNTIME_SPEC_CANARY = "canary";
    cloud = new TestCloud();
    stack = await freeStack();
    await cloud.start(stack);
  });
  after(async () => {
    delete process.env.RUNTIME_SPEC_CANARY;
    await cloud.close();
  });

  it("carries TCP to the container and shows it the client's own address", async () => {
    const client = Client.tcp(cloud.port("plain"), { localAddress: "127.0.0.77" });
    assert.match(await client.line(), /^hello 127\.0\.0\.77 from \d+$/);
    assert.equal(await client.say("anything"), "anything");
    client.socket.end();
    assert.equal(await client.line(), "bye");
    await client.closed();
    assert.equal(client.error, undefined);
  });

  it("answers on ::1 as well", async () => {
    const client = Client.tcp(cloud.port("plain"), { host: "::1" });
    assert.match(await client.line(), /^hello 127\.0\.0\.1 /);
    client.socket.destroy();
  });

  it("passes a reset of the container on to the client", async () => {
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    client.socket.write("reset\n");
    await client.closed();
    assert.equal(client.error?.code, "ECONNRESET");
  });

  it("carries a large amount to a slow reader and back without loss", async () => {
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    const sent = Buffer.alloc(8 * 1024 * 1024, "x");
    let received = 0;
    client.socket.removeAllListeners("data").on("data", (data) => {
      received += data.length;
      client.socket.pause();
      setImmediate(() => client.socket.resume());
    });
    client.socket.end(sent);
    await client.closed();
    assert.equal(received, sent.length + "bye\n".length);
  });

  it("ends TLS with the state's certificate, from TLS 1.2 on", async () => {
    const port = cloud.port("tls");
    const { certificate } = selfSigned();
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const socket = connectTls({
        port,
        host: "localhost",
        ca: certificate,
        minVersion: version,
        maxVersion: version,
      });
      const client = new Client(socket);
      assert.match(await client.line(), /^hello /);
      assert.equal(socket.getProtocol(), version);
      socket.destroy();
    }
    const old = connectTls({
      ...localhost,
      port,
      minVersion: "TLSv1.1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    const [error] = (await once(old, "error")) as [NodeJS.ErrnoException];
    assert.match(String(error.code), /PROTOCOL_VERSION|HANDSHAKE_FAILURE/);
  });

  it("carries UDP both ways, each client on a flow of its own", async () => {
    const clients = [createSocket("udp4"), createSocket("udp4")];
    const answers = await Promise.all(
      clients.map(async (client, index) => {
        client.send(`packet ${index}`, cloud.port("srt"), "127.0.0.1");
        const [packet] = (await once(client, "message")) as [Buffer];
        return packet.toString();
      }),
    );
    for (const client of clients) client.close();
    assert.deepEqual(answers, ["packet 0", "packet 1"]);
  });

  it("lets only loopback reach the container's ports", async () => {
    const { tcp, health } = stack.ports;
    for (const port of [tcp, health]) {
      const other = createServer();
      // Bound to all addresses, the container would be in the way here.
      other.listen({ port, host: "127.0.0.2" });
      await once(other, "listening");
      other.close();
    }
  });

  it("gives containers the task definition's environment, Fargate's and nothing of ours", async () => {
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    const environment: Record<string, string> = JSON.parse(await client.say("environment"));
    client.socket.destroy();
    assert.deepEqual(
      Object.keys(environment)
        .filter((name) => name !== "TMPDIR")
        .sort(),
      [
        "AUTH_FUNCTION_ARN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_EXECUTION_ENV",
        "AWS_REGION",
        "HEALTH_PORT",
        "HOME",
        "PATH",
        "TCP_PORT",
        "UDP_PORT",
      ],
    );
    assert.equal(environment.AWS_REGION, "ap-southeast-2");
    assert.equal(environment.AWS_ENDPOINT_URL, cloud.runtime.apiUrl);
  });

  it("starts MediaMTX with its own configuration and the injected secret, output in its log", async () => {
    const log = () => cloud.log("/ecs/media/media/mediamtx");
    while (!/^MTX_PASSPHRASE=.*\n/m.test(log())) await pause();
    assert.match(log(), /^configuration mediamtx-1\.20\.1\.yml\n/);
    assert.match(log(), /^MTX_PASSPHRASE=a secret passphrase$/m);
    assert.match(log(), /^MTX_API=yes$/m);
    assert.equal(cloud.log("/ecs/media/media/gateway"), "gateway started\n");
  });
});

describe("volumes of a task", () => {
  it("are folders that its containers share, in place of the mount points, until it ends", async () => {
    const cloud = new TestCloud();
    const variables = { WITHIN: "/data/%path/x", WHOLE: "/data", BESIDE: "/database" };
    const stack = await freeStack();
    const { tcp, udp, health } = stack.ports;
    const ports = { TCP_PORT: tcp, UDP_PORT: udp, HEALTH_PORT: health };
    const environment = Object.entries({ ...ports, ...variables });
    stack.editContainer("gateway", {
      mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
      environment: environment.map(([name, value]) => ({ name, value: String(value) })),
    });
    await cloud.start(stack);
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    const { WHOLE: folder = "", WITHIN, BESIDE } = JSON.parse(await client.say("environment"));
    assert.ok(statSync(folder).isDirectory());
    assert.deepEqual([WITHIN, BESIDE], [`${folder}/%path/x`, "/database"]);
    client.socket.write("die");
    while (existsSync(folder)) await pause();
    client.socket.destroy();
    await cloud.close();
  });
});

describe("task of a running stack", () => {
  let cloud: TestCloud;
  let stack: Stack;

  beforeEach(async () => {
    cloud = new TestCloud();
    stack = await freeStack();
  });
  afterEach(() => cloud.close());

  it("hides the client's address where the group does not preserve it", async () => {
    await cloud.start(stack.edit("tcp-target", { preserveClientIp: "false" }));
    const client = Client.tcp(cloud.port("plain"), { localAddress: "127.0.0.77" });
    assert.match(await client.line(), /^hello 127\.0\.0\.1 /);
    client.socket.destroy();
  });

  it("resets connections while no target is healthy", async () => {
    assert.ok(!cloud.runtime.healthy);
    await cloud.start(stack);
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    client.socket.write("sicken\n");
    assert.ok(cloud.runtime.healthy);
    await cloud.until("unhealthy", "tcp-target");
    assert.ok(!cloud.runtime.healthy);
    assert.ok(client.isOpen);
    client.socket.destroy();
    const late = Client.tcp(cloud.port("plain"));
    await late.closed();
    assert.equal(late.error?.code, "ECONNRESET");
  });

  it("replaces a task that stays unhealthy beyond its grace period", async () => {
    await cloud.start(stack.edit("service", { healthCheckGracePeriodSeconds: 0 }));
    const from = cloud.statuses.length;
    Client.tcp(cloud.port("plain")).socket.write("sicken\n");
    const stopped = await cloud.until("stopped", "media", from);
    assert.match(stopped.message, /^Task failed ELB health checks in \(target-group arn:/);
    await cloud.until("healthy", "tcp-target", from);
  });

  it("replaces the task when an essential container dies, and says why", async () => {
    await cloud.start(stack);
    const from = cloud.statuses.length;
    const client = Client.tcp(cloud.port("plain"));
    const before = await client.line();
    client.socket.write("die\n");
    const stopped = await cloud.until("stopped", "media", from);
    assert.equal(
      stopped.message,
      "Essential container in task exited: container gateway exited with 7",
    );
    await cloud.until("healthy", "tcp-target", from);
    const again = Client.tcp(cloud.port("plain"));
    assert.notEqual(await again.line(), before);
    again.socket.destroy();
  });

  it("waits longer and longer when the task keeps failing", async () => {
    stack.editContainer("gateway", { environment: [{ name: "TCP_PORT", value: "-1" }] });
    await cloud.runtime.apply(stack.list());
    const stops = (): Status[] => cloud.statuses.filter(({ event }) => event === "stopped");
    while (stops().length < 3) await pause();
    assert.deepEqual(
      stops()
        .slice(0, 3)
        .map(({ message }) => message.replace(/exited with \d/, "exited")),
      ["", "; next attempt in 1 s", "; next attempt in 2 s"].map(
        (next) => `Essential container in task exited: container gateway exited${next}`,
      ),
    );
  });

  it("does not start a task whose secret is missing, in ECS's words", async () => {
    const poor = new TestCloud({ secrets: new Map() });
    try {
      await poor.runtime.apply(stack.list());
      const { message } = await poor.until("stopped", "media");
      assert.equal(
        message,
        `ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: failed to fetch secret ${arns.secret} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
      );
    } finally {
      await poor.close();
    }
  });

  it("does not start a task whose execution role may not use the secret's key, in ECS's words", async () => {
    const kmsKeyArn = "arn:aws:kms:ap-southeast-2:123456789012:key/1";
    const encrypted = new TestCloud({
      secrets: new Map([[arns.secret, { value: "v", kmsKeyArn }]]),
    });
    try {
      await encrypted.runtime.apply(stack.list());
      const { message } = await encrypted.until("stopped", "media");
      assert.equal(
        message,
        `ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: failed to fetch secret ${arns.secret} from secrets manager: AccessDeniedException: Access to KMS is not allowed`,
      );
    } finally {
      await encrypted.close();
    }
  });

  it("injects one key of a JSON secret", async () => {
    const rich = new TestCloud({
      secrets: new Map([[arns.secret, { value: '{"pass":"from json"}' }]]),
    });
    try {
      stack.editContainer("mediamtx", {
        secrets: [{ name: "MTX_PASSPHRASE", valueFrom: `${arns.secret}:pass::` }],
      });
      await rich.start(stack);
      const log = () => rich.log("/ecs/media/media/mediamtx");
      while (!/^MTX_PASSPHRASE=.*\n/m.test(log())) await pause();
      assert.match(log(), /^MTX_PASSPHRASE=from json$/m);
    } finally {
      await rich.close();
    }
  });

  it("starts a container that depends on a healthy one after it is healthy", async () => {
    stack.editContainer("mediamtx", {
      dependsOn: [{ containerName: "gateway", condition: "HEALTHY" }],
    });
    await cloud.start(stack);
    await cloud.until("running", "media");
    const events = cloud.statuses.map(({ event, name }) => `${event} ${name}`);
    assert.ok(events.indexOf("running media") > events.indexOf("healthy tcp-target"));
  });

  it("kills what ignores SIGTERM once its time to stop is over", async () => {
    const stubborn = new TestCloud({
      programs: {
        mediamtx: () => ({
          binary: "/bin/sh",
          configuration: join(__dirname, "programs", "stubborn.sh"),
        }),
        gateway: join(__dirname, "programs", "gateway.mjs"),
      },
    });
    stack.editContainer("mediamtx", { stopTimeout: 1 });
    await stubborn.start(stack);
    const log = () => stubborn.log("/ecs/media/media/mediamtx");
    while (!/^\d+$/m.test(log())) await pause();
    const pid = Number(/^\d+$/m.exec(log())?.[0]);
    assert.ok(isAlive(pid));
    await stubborn.close();
    assert.ok(!isAlive(pid));
  });
});
