import assert from "node:assert/strict";
import { type AuthFunction, startAuthFunction } from "./authFunction";
import { outcome, testUser, user } from "./outcomes";

describe("auth function, events", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  describe("malformed questions", () => {
    const rows: [string, object][] = [
      ["empty stream", { stream: "" }],
      ["dot segment", { stream: "a/../b" }],
      ["control character", { stream: "a\nb" }],
      ["other script", { stream: "kamera-ä" }],
      ["long stream", { stream: "s".repeat(256) }],
      ["token as stream", { stream: "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln" }],
      ["long user", { user: "u".repeat(256) }],
      ["long password", { password: "p".repeat(1025) }],
      ["long token", { token: "t".repeat(8193) }],
      ["unknown action", { action: "metrics" }],
      ["unknown protocol", { protocol: "webrtc" }],
      ["password that is no string", { password: 7 }],
      ["stream for the API", { action: "api", stream: "test-stream" }],
    ];
    for (const [title, part] of rows) {
      it(title, async () => {
        assert.equal(outcome(await auth.ask({ ...testUser, ...part })), "malformed");
      });
    }

    it("do not spoil their neighbours", async () => {
      const good = {
        ...testUser,
        action: "api",
        protocol: "api",
        stream: "",
        token: "",
        address: "",
      };
      const decide = () => auth.send({ operation: "decide", questions: [null, good, "x"] });
      let decisions = await decide();
      // Null is not decided yet: asking again joins the call in flight.
      while (decisions.includes(null)) decisions = await decide();
      assert.deepEqual(decisions.map(outcome), ["malformed", user("test-user", ""), "malformed"]);
    });
  });

  describe("events", () => {
    const rows: [string, unknown, RegExp][] = [
      ["no event", null, /unknown "operation"/],
      [
        "other operation",
        { operation: "forget" },
        /allowed: "decide", "login", "recheck", "leases"/,
      ],
      ["no sessions", { operation: "recheck", questions: [] }, /"sessions" is not a list/],
      ["no page", { operation: "leases" }, /"page" is not an integer of 0 or more/],
      [
        "a page before the first",
        { operation: "leases", page: -1 },
        /is not an integer of 0 or more/,
      ],
      ["no questions", { operation: "decide" }, /"questions" is not a list/],
      [
        "too many",
        { operation: "decide", questions: Array(101).fill(null) },
        /101 entries; allowed: at most 100/,
      ],
    ];
    for (const [title, event, message] of rows) {
      it(`rejects: ${title}`, () => assert.rejects(auth.send(event), message));
    }

    it("answers in the order of the questions", async () => {
      const ask = (stream: string) => ({
        ...testUser,
        action: "read",
        protocol: "rtsp",
        stream,
        token: "",
        address: "",
      });
      const streams = ["test-stream", "nowhere", "open-stream", "expired-stream"];
      const decisions = await auth.send({ operation: "decide", questions: streams.map(ask) });
      assert.deepEqual(decisions.map(outcome), [
        user("test-user", "test-stream"),
        "no-lease",
        "not-permitted",
        "expired",
      ]);
    });
  });
});
