import "reflect-metadata";
import assert from "node:assert/strict";
import { createServer, request as httpRequest, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { mock } from "node:test";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import { createHandler, type Handler } from "../../../../lambda/auth/handler";
import type { Mode } from "../../../../local/cloudtak/data";
import type { AuthRequest, DecideAnswer } from "../../../../shared/authContract";
import { caCertificate } from "../../../caCertificate";
import { type AuthFunction, question, secretArn, startAuthFunction } from "../authFunction";
import { observer, outcome, testUser, user } from "../outcomes";

const read1 = { user: "read1", password: "pass" };
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

describe("auth function, failures of CloudTAK", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => {
    mock.restoreAll();
    mock.timers.reset();
    return auth.close();
  });

  const details: [Mode, RegExp][] = [
    ["down", /failed: ECONNRESET/],
    ["html", /answered 502/],
    ["error", /answered 500/],
    ["huge", /answer above 1048576 bytes/],
    ["wrong-json", /other fields than its API promises/],
    ["redirect", /answered 302/],
  ];
  for (const [mode, detail] of details) {
    it(`${mode}: undecided, said why, and right again afterwards`, async () => {
      auth.cloudtak.setMode(mode);
      const lease = await auth.ask(testUser);
      const api = await auth.ask({ action: "api", ...testUser });
      assert.deepEqual([outcome(lease), outcome(api)], ["undecided", "undecided"]);
      for (const line of auth.log) {
        const { level, msg, reason, detail: told } = JSON.parse(line);
        assert.deepEqual([level, msg, reason], ["error", "undecided", "undecided"]);
        assert.match(told, detail);
      }
      auth.cloudtak.setMode("up");
      assert.deepEqual(outcome(await auth.ask(testUser)), user("test-user", "test-stream"));
    });
  }

  it("its hub restarts: users sign in to the API as users, and only with tokens that stand", async () => {
    const admin = { action: "api", user: "admin", password: "admin-pass" } as const;
    assert.deepEqual(outcome(await auth.ask(admin)), {
      path: "",
      subject: "user:admin",
      admin: true,
    });
    auth.restart();
    auth.cloudtak.setMode("hub-restarting");

    assert.deepEqual(outcome(await auth.ask({ action: "api", ...testUser })), {
      path: "",
      subject: "user:test-user",
      admin: false,
    });
    assert.deepEqual(outcome(await auth.ask(admin)), {
      path: "",
      subject: "user:admin",
      admin: false,
    });
    assert.deepEqual(outcome(await auth.ask(testUser)), user("test-user", "test-stream"));
    assert.equal(
      outcome(await auth.ask({ action: "api", user: "test-user", password: "wrong" })),
      "bad-credentials",
    );
  });

  for (const stream of ["Infinity", "-Infinity", "1e400", "1e300", "99999999999", "0x10", "-7"]) {
    it(`refuses a stream named ${stream}, which CloudTAK would take for an id`, async () => {
      assert.equal(outcome(await auth.ask({ ...testUser, stream })), "no-lease");
      assert.ok(!auth.cloudtak.routes().some((route) => route.includes("/lease/")));
    });
  }

  it("not listening: undecided", async () => {
    await auth.cloudtak.close();
    assert.equal(outcome(await auth.ask(testUser)), "undecided");
    assert.match(auth.log[0] ?? "", /failed: ECONNREFUSED/);
  });

  it("no TLS, or a certificate of an authority that is not known: undecided; of one that is: decided", async () => {
    const { certificate, key } = await selfSigned();
    const front = createHttpsServer({ cert: certificate, key }, (request, response) => {
      const { method, url, headers } = request;
      const back = httpRequest(auth.cloudtak.url + url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      request.pipe(back);
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const { port } = front.address() as AddressInfo;
    const write = mock.method(process.stdout, "write", (line: string) => auth.log.push(line) > 0);
    const ask = async (url: string, cloudtakCaCertificates?: string) => {
      const environment = { cloudtakUrl: new URL(url), signingSecretArn: secretArn };
      const handle = createHandler({
        ...{ ...environment, authMode: "strict", insecurePorts: false },
        ...(cloudtakCaCertificates && { cloudtakCaCertificates }),
      });
      const event = { operation: "decide", questions: [question(testUser)] };
      const [decision = assert.fail()] = ((await handle(event)) as DecideAnswer).decisions;
      return outcome(decision ?? assert.fail());
    };
    const front127 = `https://127.0.0.1:${port}`;
    try {
      assert.equal(await ask(auth.cloudtak.url.replace("http:", "https:")), "undecided");
      assert.equal(await ask(front127), "undecided");
      assert.equal(await ask(front127, caCertificate), "undecided");
      assert.deepEqual(await ask(front127, certificate), user("test-user", "test-stream"));
    } finally {
      write.mock.restore();
      front.closeAllConnections();
      front.close();
    }
    const told = auth.log.map((line) => /failed: (\w+)/.exec(line)?.[1]);
    assert.match(told[0] ?? "", /SSL|EPROTO/);
    assert.deepEqual(told.slice(1, 3), [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
    ]);
  });

  it("each call has its own time limit", async () => {
    const limits: number[] = [];
    mock.method(AbortSignal, "timeout", (milliseconds: number) => {
      limits.push(milliseconds);
      return AbortSignal.abort();
    });
    assert.equal(outcome(await auth.ask({ action: "api", ...testUser })), "undecided");
    assert.match(auth.log[0] ?? "", /POST \/api\/login took over 20000 ms/);
    mock.restoreAll();

    assert.equal((await auth.ask({ action: "api", ...testUser })).allow, true);
    mock.method(AbortSignal, "timeout", (milliseconds: number) => {
      limits.push(milliseconds);
      return AbortSignal.abort();
    });
    const { token } = auth.cloudtak.tokens.login("observer", "user");
    assert.equal(outcome(await auth.ask({ action: "api", token })), "undecided");
    assert.equal(outcome(await auth.ask(testUser)), "undecided");
    assert.deepEqual(limits, [20_000, 3_000, 3_000]);
  });

  describe("slow", () => {
    let asked: number;
    beforeEach(async () => {
      mock.timers.enable({ apis: ["setTimeout"] });
      await auth.ask({ stream: "expired-stream", ...testUser });
      auth.cloudtak.setMode("slow");
      auth.log.length = 0;
      asked = auth.cloudtak.count("GET /api/video/lease/:lease");
    });
    const untilAsked = async () => {
      while (auth.cloudtak.count("GET /api/video/lease/:lease") === asked) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const send = (...parts: Partial<AuthRequest>[]) =>
      auth.send({ operation: "decide", questions: parts.map(question) });

    it("a question that is slow to decide holds no other of its event up, and is not logged yet", async () => {
      const answers = send(testUser, {}, { stream: "" });
      await untilAsked();
      mock.timers.tick(100);
      const reasons = (await answers).map((decision) => decision && outcome(decision));
      assert.deepEqual(reasons, [null, "bad-credentials", "malformed"]);
      assert.equal(auth.log.length, 2);
    });

    it("asked again, it joins what is under way, and is logged once", async () => {
      const first = send(testUser, {});
      await untilAsked();
      mock.timers.tick(100);
      assert.equal((await first)[0], null);
      const calls = auth.cloudtak.routes().length;
      const again = send(testUser);
      await new Promise((resolve) => setImmediate(resolve));
      auth.cloudtak.setMode("up");
      mock.timers.tick(10_000);
      const [decision] = await again;
      assert.deepEqual(outcome(decision ?? assert.fail()), "undecided");
      assert.equal(auth.cloudtak.routes().length, calls);
      assert.equal(auth.log.filter((line) => line.includes('"undecided"')).length, 1);
    });

    it("an event of nothing else is answered at its deadline", async () => {
      const answers = send(testUser);
      await untilAsked();
      mock.timers.tick(8_000);
      assert.deepEqual(await answers, [{ allow: false, reason: "undecided" }]);
      assert.match(auth.log.at(-1) ?? "", /no decision in 8000 ms/);
    });
  });

  describe("odd answers", () => {
    let server: Server;
    let answers: Record<string, { status: number; type?: string; body: unknown }>;
    let requests: string[];
    let odd: Handler;
    const row = {
      id: 1,
      name: "x",
      path: "test-stream",
      expiration: null,
      recording: false,
      proxy: null,
      stream_user: null,
      stream_pass: null,
      read_user: "read1",
      read_pass: "pass",
    };

    beforeEach(async () => {
      answers = {};
      requests = [];
      server = createServer((request, response) => {
        const key = `${request.method} ${request.url?.split("?")[0]}`;
        requests.push(key);
        const { status, type, body } = answers[key] ?? { status: 404, body: {} };
        response.writeHead(status, { "content-type": type ?? "application/json; charset=utf-8" });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      odd = createHandler({
        cloudtakUrl: new URL(`http://127.0.0.1:${port}`),
        signingSecretArn: secretArn,
        authMode: "strict",
        insecurePorts: false,
      });
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    async function decideOddly(part: object): Promise<unknown> {
      const write = mock.method(process.stdout, "write", () => true);
      try {
        const event = { operation: "decide", questions: [question(part)] };
        const [decision = assert.fail("none")] = ((await odd(event)) as DecideAnswer).decisions;
        return decision?.allow ? decision : decision?.reason;
      } finally {
        write.mock.restore();
      }
    }

    it("a lease of another path is no lease", async () => {
      answers["GET /api/video/lease/1"] = { status: 200, body: row };
      answers["GET /api/video/lease/test-stream"] = {
        status: 200,
        body: { ...row, path: "other" },
      };
      assert.equal(await decideOddly(read1), "bad-credentials");
    });

    it("a lease of another id is no lease of these credentials", async () => {
      const body = { ...row, id: 2, name: "named", read_user: "read1", read_pass: "pass" };
      answers["GET /api/video/lease/1"] = { status: 200, body };
      const ask = { stream: "named", user: "read1", password: "pass" };
      assert.equal(await decideOddly(ask), "bad-credentials");
    });

    it("a lease whose path is no stream name is not found by its name", async () => {
      const body = { ...row, name: "named", path: "a:b", read_user: "read1", read_pass: "pass" };
      answers["GET /api/video/lease/1"] = { status: 200, body };
      assert.equal(
        await decideOddly({ stream: "named", user: "read1", password: "pass" }),
        "bad-credentials",
      );
    });

    it("an expiration that is no date is undecided", async () => {
      const body = { ...row, expiration: "soon" };
      answers["GET /api/video/lease/1"] = { status: 200, body };
      assert.equal(await decideOddly(read1), "undecided");
    });

    const html = { status: 200, type: "text/html", body: JSON.stringify(row) };
    const undecided: [string, string, object][] = [
      ["JSON that is called HTML", "GET /api/video/lease/1", html],
      ["404 of a proxy", "GET /api/video/lease/1", { ...html, status: 404 }],
      ["broken JSON", "GET /api/video/lease/1", { status: 200, body: "{" }],
      ["400 for a lease", "GET /api/video/lease/1", { status: 400, body: {} }],
      ["429", "GET /api/video/lease/1", { status: 429, body: {} }],
    ];
    for (const [title, key, answer] of undecided) {
      it(`${title} is undecided`, async () => {
        answers[key] = answer as (typeof answers)[string];
        assert.equal(await decideOddly(read1), "undecided");
      });
    }

    const logins: [string, object, string][] = [
      [
        "wrong password",
        { status: 400, body: { message: "Invalid Username or Password" } },
        "bad-credentials",
      ],
      ["TAK Server away", { status: 400, body: { message: "fetch failed" } }, "undecided"],
      ["single sign-on", { status: 403, body: {} }, "sso-enforced"],
      ["token that is none", { status: 200, body: { token: "x" } }, "undecided"],
    ];
    for (const [title, answer, expected] of logins) {
      it(`login, ${title}: ${expected}`, async () => {
        answers["POST /api/login"] = answer as (typeof answers)[string];
        assert.equal(await decideOddly({ action: "api", ...testUser }), expected);
      });
    }

    it("connections that CloudTAK closes while they lie idle cost no decision", async () => {
      for (const lease of ["1", "test-stream"]) {
        answers[`GET /api/video/lease/${lease}`] = { status: 200, body: row };
      }
      const served = new WeakSet<object>();
      server.prependListener("request", ({ socket }) => {
        if (served.has(socket)) socket.resetAndDestroy();
        served.add(socket);
      });
      const first = await decideOddly(read1);
      assert.equal((first as { allow: boolean }).allow, true);
      assert.equal(
        await decideOddly({ stream: "nowhere", user: "read2", password: "x" }),
        "bad-credentials",
      );
      assert.deepEqual(requests, [
        "GET /api/video/lease/1",
        "GET /api/video/lease/test-stream",
        "GET /api/video/lease/test-stream",
        "GET /api/video/lease/2",
        "GET /api/video/lease/2",
      ]);
    });

    it("TAK Server away while it is asked for channels is undecided", async () => {
      const { token } = auth.cloudtak.tokens.login("observer", "user");
      answers["GET /api/video/lease"] = { status: 400, body: { message: "fetch failed" } };
      assert.equal(await decideOddly({ stream: "named", token }), "undecided");
    });
  });

  it("a session that CloudTAK lost is replaced by one new login", async () => {
    assert.equal((await auth.ask({ stream: "shared-stream", ...observer })).allow, true);
    auth.cloudtak.tokens.endSessions("observer");
    const api = await auth.ask({ action: "api", ...observer });
    assert.deepEqual(outcome(api), user("observer", ""));
    assert.equal(auth.cloudtak.count("POST /api/login"), 2);
  });
});

/** PEM of a certificate for 127.0.0.1 and of its key. */
async function selfSigned(): Promise<{ certificate: string; key: string }> {
  const keys = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=127.0.0.1",
    keys,
    signingAlgorithm: ecdsa,
    extensions: [new SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }])],
  });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    certificate: certificate.toString("pem"),
    key: `-----BEGIN PRIVATE KEY-----\n${key.toString("base64")}\n-----END PRIVATE KEY-----`,
  };
}
