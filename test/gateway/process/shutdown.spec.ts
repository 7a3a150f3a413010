import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { mock } from "node:test";
import { endOnCrash, endOnSignals, type Process } from "../../../gateway/process/shutdown";
import { memoryLog } from "../support/memoryLog";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the end of the gateway's process", () => {
  let events: EventEmitter;
  let exits: number[];
  let calls: string[];
  let log: ReturnType<typeof memoryLog>;
  let close: () => Promise<void>;
  const times = { drainMs: 20, closeMs: 3_000 };
  const gateway = {
    drain: async (timeoutMs: number) => {
      calls.push(`drain ${timeoutMs}`);
    },
    close: () => {
      calls.push("close");
      return close();
    },
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    events = new EventEmitter();
    exits = [];
    calls = [];
    log = memoryLog();
    close = async () => {};
  });
  afterEach(() => mock.timers.reset());

  const asProcess = () =>
    Object.assign(events, { exit: (code: number) => exits.push(code) }) as unknown as Process;
  const settle = async () => {
    for (let count = 0; count < 5; count++) await turn();
  };

  for (const signal of ["SIGTERM", "SIGINT"]) {
    it(`drains and closes on ${signal}, and exits with 0`, async () => {
      endOnSignals(asProcess(), gateway, log.log, times);
      events.emit(signal);
      events.emit(signal);
      await settle();
      assert.deepEqual([calls, exits], [["drain 20", "close"], [0]]);
    });
  }

  it("does not wait for what does not close in time", async () => {
    close = () => new Promise(() => {});
    endOnSignals(asProcess(), gateway, log.log, times);
    events.emit("SIGTERM");
    await settle();
    mock.timers.tick(2_999);
    await settle();
    assert.deepEqual(exits, []);
    mock.timers.tick(1);
    await settle();
    assert.deepEqual(exits, [0]);
    assert.equal(log.lines().at(-1)?.msg, "gateway not closed in time");
  });

  for (const [origin, thrown] of [
    ["uncaughtException", new Error("boom")],
    ["unhandledRejection", new Error("boom")],
    ["unhandledRejection", "boom"],
  ] as const) {
    it(`logs the stack of an ${origin} (${typeof thrown}), closes, and exits with 1`, async () => {
      endOnCrash(asProcess(), () => gateway, log.log);
      events.emit(origin, thrown);
      await settle();
      const [line] = log.lines();
      assert.deepEqual(
        [line?.level, line?.msg, line?.origin],
        ["fatal", "gateway crashed", origin],
      );
      assert.match(log.text(), /boom.*shutdown\.(spec\.)?ts/);
      assert.deepEqual([calls, exits], [["drain 0", "close"], [1]]);
    });
  }

  it("ends once, whatever else is thrown meanwhile, and logs all", async () => {
    close = async () => {
      events.emit("unhandledRejection", new Error("second"));
      throw new Error("third");
    };
    endOnCrash(asProcess(), () => gateway, log.log);
    events.emit("uncaughtException", new Error("first"));
    await settle();
    assert.deepEqual(exits, [1]);
    for (const text of ["first", "second", "third"]) assert.match(log.text(), new RegExp(text));
  });

  it("exits with 1 before the gateway has started", async () => {
    endOnCrash(asProcess(), () => undefined, log.log);
    events.emit("uncaughtException", new Error("early"));
    await settle();
    assert.deepEqual([calls, exits], [[], [1]]);
  });
});
