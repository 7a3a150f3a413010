import { strict as assert } from "node:assert";
import { until } from "../until";
import { httpsGet, type Publisher, publishing, read, watch } from "./clients";
import {
  changeCloudtak,
  deploy,
  gatewayLog,
  loggedSince,
  resetCloudtak,
  setConfig,
  system,
} from "./system";
import { publishUrls, readUrls } from "./urls";

const cloudtak = "http://127.0.0.1:5001";
const admin = "admin:admin-pass";

async function ask(method: string, path: string, body: object | undefined, token = "") {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const json = body && JSON.stringify(body);
  const answer = await fetch(`${cloudtak}${path}`, { method, headers, body: json });
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as { token: string; id: number };
}

const login = async () =>
  (await ask("POST", "/api/login", { username: "test-user", password: "test-pass" })).token;
const addApiToken = (session: string) =>
  ask("POST", "/api/profile/token", { name: "camera" }, session);

/** A player that fetches the media playlist again and again, as browsers do. */
class HlsPlayer {
  #playlist = "";

  /** Opens the stream; rejects when it is refused. */
  async open(url: string): Promise<void> {
    const { status, body } = await httpsGet(url.replace(/\/\/[^@]*@/, "//"), authorization(url));
    assert.equal(status, 200, body);
    const child = /^[^#\n].*$/m.exec(body)?.[0] ?? assert.fail(body);
    this.#playlist = new URL(child, url.replace(/\/\/[^@]*@/, "//")).href;
  }

  async isServed(): Promise<boolean> {
    return (await httpsGet(this.#playlist)).status === 200;
  }
}

function authorization(url: string): Record<string, string> {
  const login = /\/\/([^@/]*)@/.exec(url)?.[1];
  return login ? { authorization: `Basic ${Buffer.from(login).toString("base64")}` } : {};
}

/** `user:password` of one client. */
interface Credentials {
  /** To publish the stream that is named by a protocol. */
  readonly publisherOf: (protocol: string) => string;
  /** To watch the live stream. */
  readonly reader: string;
}

/** All sessions that one client may have: it publishes and watches by every protocol. */
class Sessions {
  readonly #clients: Publisher[] = [];
  readonly #player = new HlsPlayer();

  /** Streams RTMPS, RTSPS and SRT under the prefix come from the client, the administrator's is watched. */
  async start(prefix: string, { publisherOf, reader }: Credentials): Promise<void> {
    const live = `${prefix}live`;
    await this.#keep(publishing(publishUrls.RTMPS?.(admin, live) ?? "", live));
    const started = await Promise.allSettled(
      Object.entries(publishUrls).map(([protocol, url]) => {
        const stream = `${prefix}${protocol}`;
        return this.#keep(publishing(url(publisherOf(protocol), stream), stream));
      }),
    );
    for (const one of started) if (one.status === "rejected") throw one.reason;
    for (const protocol of ["RTSPS", "SRT"]) {
      this.#clients.push(watch(readUrls[protocol]?.(reader, live) ?? ""));
    }
    await this.#player.open(readUrls.HLS?.(reader, live) ?? "");
    const readers = this.#clients.slice(4);
    await until("all watch", () => readers.every((one) => one.frames() > 0));
    assert.ok(await this.#player.isServed());
  }

  /** Resolves when FFmpeg has ended everywhere but at the administrator's, and HLS is over. */
  async cut(timeoutMs: number): Promise<void> {
    const victims = this.#clients.slice(1);
    await until(
      "every client is cut",
      async () => victims.every((one) => !one.isRunning()) && !(await this.#player.isServed()),
      timeoutMs,
    );
  }

  areRunning(): boolean {
    return this.#clients.every((one) => one.isRunning());
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((one) => one.stop()));
  }

  async #keep(started: Promise<Publisher>): Promise<Publisher> {
    const client = await started;
    this.#clients.push(client);
    return client;
  }
}

/** `pulumi up` with these keys, then waits until the new task serves. */
async function deployWith(values: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(values)) await setConfig(key, value);
  await deploy();
  const login = authorization(`//${admin}@`);
  const serves = async () => {
    const answer = await httpsGet("https://localhost:9997/v3/info", login).catch(() => undefined);
    return answer?.status === 200;
  };
  await until("the new task serves", serves, 30_000);
}

/** Publishes on each protocol and reads back on each. */
async function playAll(stream: string, writer: string, reader: string): Promise<void> {
  for (const [protocol, url] of Object.entries(publishUrls)) {
    const publisher = await publishing(url(writer, stream), stream);
    try {
      const medias = Object.values(readUrls).map((from) => read(from(reader, stream)));
      for (const media of await Promise.all(medias)) {
        assert.deepEqual(media.codecs, ["h264", "aac"], protocol);
      }
    } finally {
      await publisher.stop();
    }
  }
}

describe("CloudTAK's word", () => {
  before(() => deployWith({ recheckIntervalSeconds: "2" }));
  after(async () => {
    resetCloudtak();
    await deployWith({ recheckIntervalSeconds: "30", authMode: "strict" });
  });

  describe("lets in, to publish and to watch on every protocol,", () => {
    it("a session token", async () => {
      const token = `x:${await login()}`;
      await playAll("test-stream", token, token);
    });

    it("an API token", async () => {
      const token = `x:${(await addApiToken(await login())).token}`;
      await playAll("test-stream", token, token);
    });

    it("lease credentials", () => playAll("secure-stream", "write3:4h2g7a", "read3:b93f1c"));
  });

  describe("ends a running session on every protocol:", () => {
    let sessions: Sessions;
    let prefix = "";
    let count = 0;
    const isOurs = ({ path }: Record<string, unknown>) => String(path).startsWith(prefix);
    beforeEach(() => {
      sessions = new Sessions();
      prefix = `case-${++count}-`;
      changeCloudtak(({ leases }) => {
        for (const [name, id] of Object.entries(leaseIds)) {
          const path = `${prefix}${name}`;
          leases.push({ id, name: path, path, username: "test-user", ...secured(id) });
        }
      });
    });
    afterEach(async () => {
      await sessions.stop();
      resetCloudtak();
    });
    const leaseIds: Record<string, number> = Object.fromEntries(
      ["live", ...Object.keys(publishUrls)].map((name, n) => [name, 101 + n]),
    );
    /** Lease credentials as CloudTAK names them. */
    const secured = (id = 0) => ({
      stream_user: `write${id}`,
      stream_pass: "w-canary",
      read_user: `read${id}`,
      read_pass: "r-canary",
    });

    let revokeToken: () => Promise<unknown> = () => assert.fail();
    const byToken = async (): Promise<Credentials> => {
      const session = await login();
      const { token, id } = await addApiToken(session);
      revokeToken = () => ask("DELETE", `/api/profile/token/${id}`, undefined, session);
      return { publisherOf: () => `x:${token}`, reader: `x:${token}` };
    };
    const byLease = async (): Promise<Credentials> => ({
      publisherOf: (protocol) => `write${leaseIds[protocol]}:w-canary`,
      reader: `read${leaseIds.live}:r-canary`,
    });
    const changed = (change: object) => async () =>
      changeCloudtak(({ leases }) => {
        for (const lease of leases.filter(isOurs)) Object.assign(lease, change);
      });
    const deleted = async () =>
      changeCloudtak((data) => {
        data.leases = data.leases.filter((lease) => !isOurs(lease));
      });

    const cases: [string, () => Promise<Credentials>, () => Promise<unknown>, string][] = [
      ["API token revoked", byToken, () => revokeToken(), "bad-credentials"],
      [
        "lease credentials changed",
        byLease,
        changed({ stream_pass: "x", read_pass: "y" }),
        "bad-credentials",
      ],
      ["lease given to somebody else", byToken, changed({ username: "observer" }), "not-permitted"],
      ["lease expired", byLease, changed({ expiration: "2024-01-01T00:00:00.000Z" }), "expired"],
      ["lease deleted", byLease, deleted, "no-lease"],
    ];
    for (const [what, credentials, revoke, reason] of cases) {
      it(`${what}: ${reason}`, async () => {
        await sessions.start(prefix, await credentials());
        const before = gatewayLog().length;
        await revoke();
        await sessions.cut(15_000);
        const told = loggedSince(before, "auth revoked").filter((line) => line.reason === reason);
        const who = told.map(({ protocol, action }) => `${protocol} ${action}`);
        const publishers = ["rtmp publish", "rtsp publish", "srt publish"];
        const readers = ["rtsp read", "srt read", "hls read"];
        // With the watched stream its readers end too, whether they have been asked about or not.
        const hasEnded = told.some(
          ({ stream, action }) => action === "publish" && stream === `${prefix}live`,
        );
        for (const one of hasEnded ? publishers : [...publishers, ...readers]) {
          assert.ok(who.includes(one), `${one} is missing in ${who}`);
        }
        assert.equal(gatewayLog().includes("canary"), false);
      });
    }

    it("not while CloudTAK cannot be asked", async () => {
      await sessions.start(prefix, await byLease());
      const running = await system();
      const before = gatewayLog().length;
      await running.stopCloudtak();
      try {
        await new Promise((resolve) => setTimeout(resolve, 6_000));
        assert.ok(sessions.areRunning());
        assert.deepEqual(loggedSince(before, "auth revoked"), []);
      } finally {
        await running.startCloudtak();
      }
    });
  });

  describe("in compatible mode", () => {
    before(() => deployWith({ authMode: "compatible" }));

    it("lets anybody publish and watch an open stream on every protocol, and no other stream", async () => {
      await playAll("open-stream", "", "");
      const publisher = await publishing(
        publishUrls.SRT?.("write3:4h2g7a", "secure-stream") ?? "",
        "secure-stream",
      );
      try {
        for (const url of Object.values(readUrls))
          await assert.rejects(read(url("", "secure-stream")));
      } finally {
        await publisher.stop();
      }
    });
  });
});
