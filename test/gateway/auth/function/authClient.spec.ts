import assert from "node:assert/strict";
import { mock } from "node:test";
import type { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { AuthClient, maxQuestions } from "../../../../gateway/auth/function/authClient";
import type { AuthRequest, LoginResult } from "../../../../shared/authContract";
import {
  allow,
  answered,
  type Behaviour,
  type FakeLambda,
  functionArn,
  question,
  startFakeLambda,
} from "../../support/fakeLambda";
import { memoryLog } from "../../support/memoryLog";

describe("auth client", () => {
  let lambda: FakeLambda;
  before(async () => {
    lambda = await startFakeLambda("silent");
  });
  after(() => lambda.stop());

  function clientFor(behaviour: Behaviour, deadlineMs?: number) {
    lambda.behaviour = behaviour;
    lambda.events.length = 0;
    const memory = memoryLog();
    return {
      client: new AuthClient(lambda.client, { functionArn, deadlineMs }, memory.log),
      memory,
    };
  }

  it("gives each question the answer that stands in its place", async () => {
    const { client } = clientFor({
      decide: ({ user }) =>
        user === "u3"
          ? { allow: false, reason: "not-permitted" }
          : allow({ subject: `user:${user}` }),
    });
    const users = ["u1", "u2", "u3", "u4"];
    const answers = await Promise.all(users.map((user) => client.decide(question({ user }))));
    assert.deepEqual(answers, [
      allow({ subject: "user:u1" }),
      allow({ subject: "user:u2" }),
      { allow: false, reason: "not-permitted" },
      allow({ subject: "user:u4" }),
    ]);
    assert.equal(lambda.events.length, 1);
    assert.deepEqual(lambda.events[0], {
      operation: "decide",
      questions: users.map((user) => question({ user })),
    });
  });

  it("sends no more than a full batch in one invocation", async () => {
    const { client } = clientFor({ decide: () => allow() });
    await Promise.all(
      Array.from({ length: 2 * maxQuestions + 1 }, () => client.decide(question())),
    );
    const sizes = lambda.events.map((event) =>
      event.operation === "decide" ? event.questions.length : 0,
    );
    assert.deepEqual(
      sizes.sort((a, b) => b - a),
      [maxQuestions, maxQuestions, 1],
    );
  });

  it("gathers for longer with each invocation under way", () => {
    const sizes: number[] = [];
    const send = ({ input }: InvokeCommand) => {
      sizes.push(JSON.parse(String(input.Payload)).questions.length);
      return new Promise(() => {});
    };
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const client = new AuthClient(
        { send } as unknown as LambdaClient,
        { functionArn },
        memoryLog().log,
      );
      const ask = () => void client.decide(question());
      ask();
      mock.timers.tick(3);
      assert.deepEqual(sizes, [1]);
      ask();
      mock.timers.tick(3);
      ask();
      mock.timers.tick(1);
      assert.deepEqual(sizes, [1, 2]);
      ask();
      mock.timers.tick(4);
      assert.deepEqual(sizes, [1, 2]);
      mock.timers.tick(1);
      assert.deepEqual(sizes, [1, 2, 1]);
    } finally {
      mock.timers.reset();
    }
  });

  it("sends the API's questions by themselves, and answers them while the servers' are open", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { client } = clientFor({
      decide: async ({ protocol }) => {
        if (protocol !== "api") await released;
        return allow();
      },
    });
    const crowd = Array.from({ length: maxQuestions / 2 }, () => client.decide(question()));
    await client.decide(question({ action: "api", protocol: "api", stream: "" }));
    release();
    await Promise.all(crowd);
    const protocols = lambda.events.map((event) =>
      event.operation === "decide" ? new Set(event.questions.map((one) => one.protocol)) : null,
    );
    assert.deepEqual(
      protocols.map((one) => [...(one ?? [])].join()).sort(),
      [question().protocol, "api"].sort(),
    );
  });

  it("gives what is decided at once, and asks again for the rest", async () => {
    let slowAsked = 0;
    const { client, memory } = clientFor({
      decide: ({ user }) =>
        user === "slow" && ++slowAsked < 3 ? null : allow({ subject: `user:${user}` }),
    });
    const decided: string[] = [];
    const ask = async (user: string) => {
      const decision = await client.decide(question({ user }));
      decided.push(decision.allow ? decision.subject : decision.reason);
    };
    await Promise.all([ask("slow"), ask("ada"), ask("slow").then(() => ask("eve"))]);
    assert.deepEqual(decided[0], "user:ada");
    assert.deepEqual([...decided].sort(), ["user:ada", "user:eve", "user:slow", "user:slow"]);
    assert.deepEqual(memory.lines(), []);
  });

  it("asks again no longer than its deadline", async () => {
    const { client } = clientFor({ decide: ({ user }) => (user === "slow" ? null : allow()) }, 150);
    let isOver = false;
    const slow = client.decide(question({ user: "slow" })).finally(() => {
      isOver = true;
    });
    // It goes along with others, or there would be nothing to answer.
    while (!isOver) await client.decide(question());
    assert.deepEqual(await slow, { allow: false, reason: "undecided" });
  });

  const canary = "canary-of-the-payload";
  const failures: [string, Behaviour, RegExp][] = [
    [
      "crashes",
      { functionError: "Unhandled", payload: `{"errorMessage":"${canary}"}` },
      /Unhandled/,
    ],
    ["is throttled", { status: 429, type: "TooManyRequestsException" }, /TooManyRequests/],
    ["is gone", { status: 404, type: "ResourceNotFoundException" }, /ResourceNotFound/],
    ["cuts the connection", "reset", /ECONNRESET|socket hang up/],
    ["does not answer in time", "silent", /no answer within 150 ms/],
    ["answers HTML", { payload: `<html>${canary}` }, /no JSON/],
    ["answers nothing", { payload: "" }, /no JSON/],
    ["answers too few", { payload: answered([]) }, /not as agreed at: decisions/],
    ["decides nothing", { payload: answered([null]) }, /not as agreed at: decisions$/],
    [
      "answers an unknown reason",
      { payload: answered([{ allow: false, reason: canary }]) },
      /not as agreed at: decisions.0.reason/,
    ],
    [
      "allows without a subject",
      { payload: answered([{ ...allow(), subject: undefined }]) },
      /not as agreed at: decisions.0.subject/,
    ],
    [
      "allows a path that is none",
      { payload: answered([allow({ path: `../${canary}` })]) },
      /not as agreed at: decisions.0.path/,
    ],
    [
      "says allow in other words",
      { payload: answered([{ ...allow(), allow: "true" }]) },
      /not as agreed at: decisions.0.allow/,
    ],
    [
      "does not tell the ports",
      { payload: JSON.stringify({ decisions: [allow()] }) },
      /not as agreed at: insecurePorts$/,
    ],
  ];
  for (const [name, behaviour, logged] of failures) {
    it(`answers "undecided" when the function ${name}, and logs why without the payload`, async () => {
      const { client, memory } = clientFor(behaviour, 150);
      assert.deepEqual(await client.decide(question()), { allow: false, reason: "undecided" });
      const [line, ...more] = memory.lines();
      assert.deepEqual(more, []);
      assert.equal(line?.msg, "auth function failed");
      assert.match(String(line?.reason), logged);
      for (const secret of [canary, "pa:ss"]) assert.equal(memory.text().includes(secret), false);
    });
  }

  it("knows of the insecure ports what the last answer said", async () => {
    const { client } = clientFor({ payload: answered([allow()], true) });
    assert.equal(client.insecurePorts, false);
    await client.decide(question());
    assert.equal(client.insecurePorts, true);
    lambda.behaviour = "reset";
    await client.decide(question());
    assert.equal(client.insecurePorts, true);
    lambda.behaviour = { payload: answered([allow()]) };
    await client.recheck([{ handle: "sealed", action: "read", path: "cam" }]);
    assert.equal(client.insecurePorts, false);
  });

  describe("logins", () => {
    const request = { user: "ada", password: "pa:ss", address: "192.0.2.1" };

    it("are asked for by themselves, and answered in their order", async () => {
      const results: LoginResult[] = [{ login: "sealed", forMs: 5 }, { reason: "bad-credentials" }];
      const { client } = clientFor({ payload: JSON.stringify({ logins: results }) });
      const requests = [request, { ...request, user: "eve" }];
      assert.deepEqual(await client.login(requests), results);
      assert.deepEqual(lambda.events, [{ operation: "login", logins: requests }]);
    });

    const failing: [string, Behaviour][] = [
      ["crashes", { functionError: "Unhandled", payload: canary }],
      ["answers too few", { payload: JSON.stringify({ logins: [] }) }],
      ["answers an unknown reason", { payload: JSON.stringify({ logins: [{ reason: canary }] }) }],
    ];
    for (const [name, behaviour] of failing) {
      it(`are undecided when the function ${name}`, async () => {
        const { client, memory } = clientFor(behaviour);
        assert.deepEqual(await client.login([request]), [{ reason: "undecided" }]);
        for (const secret of [canary, "pa:ss"]) assert.equal(memory.text().includes(secret), false);
      });
    }
  });

  it("permits to read the secret again once a minute, and only for what may be CloudTAK's", async () => {
    const { client } = clientFor({ decide: () => ({ allow: false, reason: "bad-credentials" }) });
    const ask = async (over: Partial<AuthRequest>) => {
      await client.decide(question({ action: "api", protocol: "api", stream: "", ...over }));
      const event = lambda.events.at(-1);
      return event?.operation === "decide" && event.mayRefreshSecret === true;
    };
    const management = { user: "management", password: "forged" };
    assert.equal(await ask({}), false);
    assert.equal(await ask(management), true);
    for (let n = 0; n < 5; n++) assert.equal(await ask(management), false);
  });

  describe("recheck", () => {
    const running = { handle: "sealed", action: "read", path: "cam" } as const;

    it("sends the sessions and gives their decisions in order", async () => {
      const decisions = [allow({ handle: "fresh" }), { allow: false, reason: "expired" }];
      const { client } = clientFor({ payload: answered(decisions) });
      const sessions = [running, { ...running, path: "cam2" }];
      assert.deepEqual(await client.recheck(sessions), decisions);
      assert.deepEqual(lambda.events, [{ operation: "recheck", sessions }]);
    });

    const undecided: [string, Behaviour][] = [
      ["crashes", { functionError: "Unhandled", payload: canary }],
      ["is throttled", { status: 429, type: "TooManyRequestsException" }],
      ["does not answer in time", "silent"],
      ["answers too few", { payload: answered([allow()]) }],
    ];
    for (const [name, behaviour] of undecided) {
      it(`is undecided for each session when the function ${name}`, async () => {
        const { client, memory } = clientFor(behaviour, 150);
        const refused = { allow: false, reason: "undecided" };
        assert.deepEqual(await client.recheck([running, running]), [refused, refused]);
        assert.deepEqual(
          memory.lines().map(({ msg, operation }) => [msg, operation]),
          [["auth function failed", "recheck"]],
        );
        assert.equal(memory.text().includes("sealed") || memory.text().includes(canary), false);
      });
    }
  });

  describe("leases", () => {
    const listed = {
      path: "cam",
      name: "drone-1",
      expiration: null,
      recording: false,
      open: true,
      proxy: null,
      owner: "ann",
    };

    it("asks for a page and gives it", async () => {
      const page = { leases: [listed], nextPage: 3 };
      const { client } = clientFor({ payload: JSON.stringify(page) });
      assert.deepEqual(await client.leases(2), page);
      assert.deepEqual(lambda.events, [{ operation: "leases", page: 2 }]);
    });

    it("leaves out what cannot be read, and says how much", async () => {
      const leases = [{ ...listed, path: "../x" }, listed, { path: "cam" }];
      const { client, memory } = clientFor({ payload: JSON.stringify({ leases, nextPage: 1 }) });
      assert.deepEqual(await client.leases(0), { leases: [listed], nextPage: 1 });
      assert.deepEqual(
        memory.lines().map(({ msg, skipped, page }) => [msg, skipped, page]),
        [["leases skipped: they cannot be read", 2, 0]],
      );
    });

    it("takes a list without names, of a function of an earlier deployment", async () => {
      const { name: _, ...nameless } = listed;
      const answer = { leases: [nameless], nextPage: null };
      const { client } = clientFor({ payload: JSON.stringify(answer) });
      assert.deepEqual((await client.leases(0)).leases, [{ ...listed, name: null }]);
    });

    for (const [name, behaviour] of [
      ["fails", { functionError: "Unhandled", payload: canary }],
      ["lists nothing", { payload: `{"leases":"none","nextPage":null}` }],
    ] as [string, Behaviour][]) {
      it(`has none when the function ${name}`, async () => {
        const { client } = clientFor(behaviour);
        assert.deepEqual(await client.leases(0), { leases: null, nextPage: null });
      });
    }
  });

  it("recovers as soon as the function does", async () => {
    const { client } = clientFor("reset");
    assert.deepEqual(await client.decide(question()), { allow: false, reason: "undecided" });
    lambda.behaviour = { decide: () => allow() };
    assert.deepEqual(await client.decide(question()), allow());
  });
});
