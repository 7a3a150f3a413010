import assert from "node:assert/strict";
import { type LoggedRefusal, RefusalLog } from "../../../gateway/auth/refusalLog";
import { memoryLog } from "../support/memoryLog";

const refusal = (over: Partial<LoggedRefusal> = {}): LoggedRefusal => ({
  protocol: "rtsp",
  action: "read",
  user: undefined,
  clientAddress: "192.0.2.1",
  reason: "bad-credentials",
  stream: "<unknown>",
  ...over,
});

describe("log of refusals", () => {
  let memory: ReturnType<typeof memoryLog>;
  let log: RefusalLog;
  beforeEach(() => {
    memory = memoryLog();
    log = new RefusalLog(memory.log);
  });
  afterEach(() => log.close());
  const counts = () => memory.lines().map(({ count }) => count);

  it("tells of one at once and of its repetitions once a minute", () => {
    for (let n = 0; n < 13_040; n++) log.add(refusal(), "a hint");
    assert.deepEqual(memory.lines(), [
      {
        level: "warn",
        protocol: "rtsp",
        action: "read",
        clientAddress: "192.0.2.1",
        reason: "bad-credentials",
        stream: "<unknown>",
        hint: "a hint",
        msg: "auth refused",
      },
    ]);
    log.sum();
    assert.deepEqual(counts(), [undefined, 13_039]);
    log.add(refusal());
    log.sum();
    assert.deepEqual(counts(), [undefined, 13_039, 1], "it is still known");
    log.sum();
    log.add(refusal());
    assert.deepEqual(counts(), [undefined, 13_039, 1, undefined], "it is new again");
  });

  it("tells apart who, what and why", () => {
    const others: Partial<LoggedRefusal>[] = [
      {},
      { protocol: "srt" },
      { action: "publish" },
      { user: "user:ada" },
      { clientAddress: "192.0.2.2" },
      { reason: "no-lease" },
      { stream: "cam" },
    ];
    for (const over of others) log.add(refusal(over));
    assert.equal(memory.lines().length, others.length);
  });

  it("has few lines whatever comes, and loses no count", () => {
    const total = 20_000;
    for (let n = 0; n < total; n++) {
      const clientAddress = n % 2 ? `2001:db8:${n.toString(16)}::1` : "192.0.2.66";
      log.add(refusal({ clientAddress, stream: `cam${n}` }));
    }
    assert.equal(memory.lines().length, 1_000);
    log.sum();
    assert.ok(memory.lines().length <= 2_001, `${memory.lines().length} lines`);
    const counted = memory.lines().reduce((sum, { count }) => sum + Number(count ?? 1), 0);
    assert.equal(counted, total);
    assert.ok(
      memory.lines().some(({ reason, clientAddress }) => reason === "various" && clientAddress),
    );
    assert.ok(
      memory.lines().some(({ reason, clientAddress }) => reason === "various" && !clientAddress),
    );
  });

  it("leaves every address its share", () => {
    for (let n = 0; n < 5_000; n++)
      log.add(refusal({ clientAddress: "192.0.2.66", stream: `cam${n}` }));
    log.add(refusal({ clientAddress: "192.0.2.1", stream: "cam" }));
    assert.equal(memory.lines().at(-1)?.clientAddress, "192.0.2.1");
  });

  it("logs what is left at the end", () => {
    for (let n = 0; n < 3; n++) log.add(refusal());
    log.close();
    assert.deepEqual(counts(), [undefined, 2]);
  });
});
