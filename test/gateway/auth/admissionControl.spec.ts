import assert from "node:assert/strict";
import * as fc from "fast-check";
import { AdmissionControl } from "../../../gateway/auth/admissionControl";
import type { AdmissionRequest } from "../../../gateway/auth/authorizer";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import { monotonicMs } from "../../../gateway/process/monotonic";
import { maxSessionsPerUser, SessionRegistry } from "../../../gateway/sessions/registry";
import { type AuthRequest, type Decision, isStreamName } from "../../../shared/authContract";
import { allow } from "../support/fakeLambda";
import { leasesWhere } from "../support/leaseDirectory";
import { memoryLog } from "../support/memoryLog";

const request = (over: Partial<AdmissionRequest> = {}): AdmissionRequest => ({
  protocol: "rtmp",
  action: "publish",
  stream: "cam",
  user: "ada",
  password: "canary-password",
  token: "",
  clientAddress: "::ffff:203.0.113.9",
  clientPort: 40_000,
  answerBy: monotonicMs() + 60_000,
  disconnect: () => {},
  ...over,
});

function controlOf(decide: (question: AuthRequest) => Decision | Promise<Decision>) {
  const memory = memoryLog();
  const sessions = new SessionRegistry(memory.log);
  sessions.close();
  const tickets = new Tickets();
  const asked: AuthRequest[] = [];
  const ask = async (question: AuthRequest) => {
    asked.push(question);
    return { decision: await decide(question), key: "key", askedAt: 1_000 };
  };
  const leases = leasesWhere((path) => path === "open", { "lease-1": "ada", "live/own": "ada" });
  const refusals: string[] = [];
  const metrics = { countRefusal: (reason: string) => refusals.push(reason) };
  return {
    control: new AdmissionControl({
      decide: ask,
      leases,
      tickets,
      sessions,
      metrics,
      log: memory.log,
    }),
    ...{ memory, sessions, tickets, asked, refusals },
  };
}

const reasonOf = async (answer: ReturnType<AdmissionControl["admit"]>) => {
  const given = await answer;
  return given.admitted ? "admitted" : given.reason;
};

describe("admission", () => {
  it("gives an allowed client a ticket for MediaMTX and a session on the lease's path", async () => {
    const { control, tickets, sessions, asked } = controlOf(() => allow({ path: "lease-1" }));
    const answer = await control.admit(request());
    assert.ok(answer.admitted);
    assert.equal(answer.session.path, "lease-1");
    const scope = { action: "publish", protocol: "rtmp", path: "lease-1" } as const;
    assert.equal(tickets.redeem(answer.ticket, scope, "mediamtx-1"), true);
    const [session = assert.fail("no session")] = sessions.list();
    const { subject, handle, clientAddress, decisionKey, decidedAt } = session;
    assert.deepEqual(
      [subject, handle, clientAddress, decisionKey, decidedAt],
      ["user:ada", "sealed", "203.0.113.9", "key", 1_000],
    );
    assert.deepEqual(sessions.mediamtxIds(), new Set(["mediamtx-1"]));
    assert.deepEqual(asked, [
      {
        action: "publish",
        protocol: "rtmp",
        stream: "cam",
        user: "ada",
        password: "canary-password",
        token: "",
        address: "203.0.113.9",
      },
    ]);
  });

  for (const over of ["cut", "end"] as const) {
    it(`lets nobody in by a ticket whose session is over (${over})`, async () => {
      const { control, tickets, sessions } = controlOf(() => allow());
      const answer = await control.admit(request());
      assert.ok(answer.admitted);
      if (over === "cut") sessions.disconnect(answer.session.id, "kicked");
      else answer.session.end("client-closed");
      const scope = { action: "publish", protocol: "rtmp", path: "cam" } as const;
      assert.equal(tickets.redeem(answer.ticket, scope, "mediamtx-1"), false);
    });
  }

  it("logs every answer with who and what, and never a credential", async () => {
    const { control, memory, refusals } = controlOf(({ stream, password }) => {
      if (password === "wrong") return { allow: false, reason: "bad-credentials" };
      if (stream === "cam") return allow();
      const refused = { allow: false, subject: "user:ada" } as const;
      return stream === "others"
        ? { ...refused, reason: "not-permitted", streamKnown: true }
        : { ...refused, reason: "no-lease" };
    });
    await control.admit(request({ stream: "cam", password: "wrong" }));
    await control.admit(request({ token: "canary-token" }));
    await control.admit(request({ stream: "cam", password: "wrong" }));
    await control.admit(request({ stream: "others" }));
    await control.admit(request({ stream: "canary-name" }));
    await control.admit(request({ stream: "ada:canary-key:cam" }));
    const common = { protocol: "rtmp", action: "publish", clientAddress: "203.0.113.9" };
    const lines = memory.lines().filter(({ msg }) => String(msg).startsWith("auth "));
    const hints = lines.filter(({ hint }) => hint !== undefined);
    assert.equal(hints.length, 3);
    for (const { hint } of hints) assert.match(String(hint), /compare .* user:password:name/);
    const told = lines.map(({ hint: _, ...rest }) => rest);
    const allowed = { level: "info", ...common, msg: "auth allowed" };
    const refused = { level: "warn", ...common, msg: "auth refused" };
    assert.deepEqual(told, [
      { ...refused, stream: "<unknown>", reason: "bad-credentials" },
      { ...allowed, user: "user:ada", stream: "cam" },
      { ...refused, stream: "cam", reason: "bad-credentials" },
      { ...refused, user: "user:ada", stream: "others", reason: "not-permitted" },
      { ...refused, user: "user:ada", stream: "<unknown>", reason: "no-lease" },
      { ...refused, stream: "<unknown>", reason: "malformed" },
    ]);
    assert.deepEqual(
      refusals,
      ["bad-credentials", "bad-credentials", "not-permitted", "no-lease", "malformed"],
      "counted for the metrics",
    );
    assert.equal(memory.text().includes("canary"), false);
    assert.equal(memory.text().includes("sealed"), false);
  });

  it("tells the log of an RTMP client without credentials where they go", async () => {
    const { control, memory } = controlOf(() => allow());
    await control.admit(request({ user: "", password: "" }));
    const [line = {}] = memory.lines().filter(({ msg }) => msg === "auth refused");
    assert.match(String(line.hint), /put user:password:name in the stream key/);
  });

  it("refuses names that are no stream names without asking", async () => {
    const { control, asked } = controlOf(() => allow());
    await fc.assert(
      fc.asyncProperty(
        fc.string().filter((stream) => !isStreamName(stream)),
        async (stream) => {
          assert.equal(await reasonOf(control.admit(request({ stream }))), "malformed");
        },
      ),
    );
    assert.deepEqual(asked, []);
  });

  const unasked: [string, Partial<AdmissionRequest>, string][] = [
    ["a user over 255 characters", { user: "u".repeat(256) }, "malformed"],
    ["a password over 1,024 characters", { password: "p".repeat(1025) }, "malformed"],
    ["a token over 8,192 characters", { token: "t".repeat(8193) }, "malformed"],
    ["no credentials", { user: "", password: "" }, "bad-credentials"],
  ];
  for (const [name, over, reason] of unasked) {
    it(`refuses ${name} as ${reason} without asking`, async () => {
      const { control, asked } = controlOf(() => allow());
      assert.equal(await reasonOf(control.admit(request(over))), reason);
      assert.deepEqual(asked, []);
    });
  }

  it("is undecided when the decision comes after the answer is due, and opens no session then", async () => {
    let decide = (_: Decision) => {};
    const { control, sessions } = controlOf(() => new Promise((resolve) => (decide = resolve)));
    const answerBy = monotonicMs() + 20;
    assert.equal(await reasonOf(control.admit(request({ answerBy }))), "undecided");
    decide(allow());
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(sessions.size, 0);
    assert.equal(await reasonOf(control.admit(request({ answerBy }))), "undecided");
  });

  it("drops the application live in front of a name, unless a lease stands at that path", async () => {
    const { control, asked } = controlOf(() => "undecided" as never);
    for (const stream of ["live/cam", "live//cam", "live/own", "live", "alive/cam"]) {
      await control.admit(request({ stream }));
    }
    assert.deepEqual(
      asked.map(({ stream }) => stream),
      ["cam", "cam", "live/own", "live", "alive/cam"],
    );
  });

  it("lets a lease's credentials and its owner take over from each other, and nobody else", async () => {
    let subject = "lease:lease-1";
    const { control } = controlOf(() => allow({ path: "lease-1", subject }));
    assert.equal(await reasonOf(control.admit(request())), "admitted");
    subject = "user:ada";
    assert.equal(await reasonOf(control.admit(request())), "admitted");
    subject = "user:eve";
    assert.equal(await reasonOf(control.admit(request())), "in-use");
    subject = "lease:lease-1";
    assert.equal(await reasonOf(control.admit(request())), "admitted");
  });

  it("asks about a client without credentials when the stream may be open to anybody", async () => {
    const { control, asked } = controlOf(({ stream }) =>
      allow({ path: stream, subject: "anonymous" }),
    );
    assert.deepEqual(
      await Promise.all(["open", "live/open", "cam"].map((one) => control.mayBeAnonymous(one))),
      [true, true, false],
    );
    const nobody = { user: "", password: "" };
    assert.equal(await reasonOf(control.admit(request({ ...nobody, stream: "open" }))), "admitted");
    assert.equal(asked.length, 1);
    const service = await control.signIn({ ...nobody, token: "" }, "");
    assert.deepEqual(service, { allow: false, reason: "bad-credentials" });
  });

  it("is undecided when deciding fails or allows no path", async () => {
    const failing = controlOf(() => Promise.reject(new Error("down")));
    assert.equal(await reasonOf(failing.control.admit(request())), "undecided");
    const odd = controlOf(() => allow({ path: "" }));
    assert.equal(await reasonOf(odd.control.admit(request())), "undecided");
  });

  it("lets only the same subject take over from a live publisher, and cuts the old session", async () => {
    const { control, sessions } = controlOf(({ user }) => allow({ subject: `user:${user}` }));
    const cuts: string[] = [];
    await control.admit(request({ disconnect: (reason) => cuts.push(reason) }));
    assert.equal(await reasonOf(control.admit(request({ user: "eve" }))), "in-use");
    assert.equal(
      await reasonOf(control.admit(request({ user: "eve", action: "read" }))),
      "admitted",
    );
    assert.deepEqual(cuts, []);
    const again = await control.admit(request());
    assert.ok(again.admitted);
    assert.deepEqual(cuts, ["taken-over"]);
    assert.equal(sessions.publisherOf("cam")?.id, again.session.id);
    again.session.end("client-closed");
    assert.equal(await reasonOf(control.admit(request({ user: "eve" }))), "admitted");
  });

  describe("of a user who has all sessions that one may have", () => {
    const all = Array.from({ length: maxSessionsPerUser }, (_, index) => `cam${index}`);
    const subjectOf = (user: string) => (user === "lease" ? "lease:cam" : `user:${user}`);
    let control: AdmissionControl;
    let sessions: SessionRegistry;
    beforeEach(async () => {
      ({ control, sessions } = controlOf(({ user, stream }) =>
        allow({ subject: subjectOf(user), path: stream }),
      ));
      for (const stream of all) {
        await control.admit(request({ action: "read", stream }));
        await control.admit(request({ stream }));
      }
    });
    const ask = (over: Partial<AdmissionRequest>) => reasonOf(control.admit(request(over)));

    it("refuses one more, and admits others", async () => {
      assert.equal(await ask({ action: "read" }), "too-many-sessions");
      assert.equal(await ask({ stream: "another" }), "too-many-sessions");
      assert.equal(await ask({ action: "read", user: "eve" }), "admitted");
      assert.equal(await ask({ stream: "another", user: "eve" }), "admitted");
    });

    it("admits one that takes over a path of the same user", async () => {
      assert.equal(await ask({ stream: "cam7" }), "admitted");
    });

    for (const over of ["cut", "end"] as const) {
      it(`admits one more for each that is over (${over})`, async () => {
        const [first = assert.fail()] = sessions.list();
        if (over === "cut") sessions.disconnect(first.id, "kicked");
        first.end("client-closed");
        assert.equal(await ask({ action: "read" }), "admitted");
        assert.equal(await ask({ action: "read" }), "too-many-sessions");
      });
    }

    it("does not count a lease's credentials, which serve a team", async () => {
      for (const stream of [...all, "another"]) {
        assert.equal(await ask({ action: "read", user: "lease", stream }), "admitted");
      }
    });
  });

  it("admits only one of two subjects that ask at the same time", async () => {
    const { control } = controlOf(({ user }) => allow({ subject: `user:${user}` }));
    const answers = ["ada", "eve"].map((user) => reasonOf(control.admit(request({ user }))));
    assert.deepEqual(await Promise.all(answers), ["admitted", "in-use"]);
  });

  it("refuses everybody once it closes, those who wait for an answer too", async () => {
    let answer: (decision: Decision) => void = () => assert.fail();
    const { control, sessions } = controlOf(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const waiting = reasonOf(control.admit(request()));
    control.close();
    answer(allow());
    assert.equal(await waiting, "closing");
    assert.equal(sessions.size, 0);
  });

  it("signs in to the API with the same care", async () => {
    const { control, asked, memory } = controlOf(() => allow({ path: "", admin: true }));
    const credentials = { user: "", password: "", token: "canary" };
    assert.deepEqual(
      await control.signIn(credentials, "::ffff:192.0.2.1"),
      allow({ path: "", admin: true }),
    );
    assert.deepEqual(asked, [
      { action: "api", protocol: "api", stream: "", ...credentials, address: "192.0.2.1" },
    ]);
    assert.deepEqual(await control.signIn({ ...credentials, token: "" }, ""), {
      allow: false,
      reason: "bad-credentials",
    });
    assert.equal(memory.lines().length, 1);
    assert.equal(memory.text().includes("canary"), false);
  });
});
