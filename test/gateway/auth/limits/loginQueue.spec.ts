import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { LoginQueue } from "../../../../gateway/auth/limits/loginQueue";
import type { LoginRequest, LoginResult } from "../../../../shared/authContract";
import { seededRandom } from "./fakeClock";

/** A queue whose invocations end when they are told to. */
function queueOf() {
  const invocations: { readonly users: string[]; end(): void }[] = [];
  const logIn = (requests: readonly LoginRequest[]) =>
    new Promise<LoginResult[]>((resolve) => {
      const end = () => resolve(requests.map(({ user }) => ({ login: `of ${user}`, forMs: 1 })));
      invocations.push({ users: requests.map(({ user }) => user), end });
    });
  const queue = new LoginQueue(logIn, seededRandom(1));
  const login = (user: string, address = "192.0.2.1", isKnown = false) =>
    queue.login({ user, password: "p", address }, isKnown);
  return { login, invocations };
}

describe("logins at a time", () => {
  it("are 25 at most, in five invocations, and each gets its own", async () => {
    const { login, invocations } = queueOf();
    const users = Array.from({ length: 100 }, (_, n) => `user${n}`);
    const all = Promise.all(users.map((user) => login(user)));
    let ended = 0;
    const begun = () => invocations.slice(ended).reduce((sum, one) => sum + one.users.length, 0);
    while (ended < invocations.length) {
      assert.ok(begun() <= 25, `${begun()} logins`);
      assert.ok(invocations.length - ended <= 5);
      invocations[ended++]?.end();
      await turn();
    }
    assert.deepEqual(
      await all,
      users.map((user) => ({ login: `of ${user}`, forMs: 1 })),
    );
    assert.ok(invocations.length <= 25, `${invocations.length} invocations`);
  });

  it("begin with known pairs, and an address with many has no advantage", async () => {
    const { login, invocations } = queueOf();
    for (let n = 0; n < 200; n++) void login(`eve${n}`, "192.0.2.66");
    void login("ada", "192.0.2.1");
    void login("bob", "192.0.2.2", true);
    invocations[0]?.end();
    await turn();
    const next = invocations.at(-1)?.users ?? [];
    assert.equal(next[0], "bob");
    assert.ok(next.includes("ada"), next.join());
  });

  it("make room for another address when all places are taken, at the expense of the one with most", async () => {
    const { login } = queueOf();
    for (let n = 0; n < 12 * 230; n++) void login(`eve${n}`, `192.0.2.${n % 12}`);
    let isAnswered = false;
    void login("ada", "198.51.100.1").then(() => {
      isAnswered = true;
    });
    await turn();
    assert.equal(isAnswered, false);
  });

  it("are undecided at once when too many wait at an address, and nowhere else", async () => {
    const { login } = queueOf();
    for (let n = 0; n < 255; n++) void login(`eve${n}`, "192.0.2.66");
    assert.deepEqual(await login("eve", "192.0.2.66"), { reason: "undecided" });
    let isAnswered = false;
    void login("ada").then(() => {
      isAnswered = true;
    });
    await turn();
    assert.equal(isAnswered, false);
  });
});
