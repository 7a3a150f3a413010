import assert from "node:assert/strict";
import { mock } from "node:test";
import { MetricsReporter } from "../../../gateway/sessions/metrics";
import { type SessionDetails, SessionRegistry } from "../../../gateway/sessions/registry";
import { metricUnits } from "../../../shared/metricNames";
import { memoryLog } from "../support/memoryLog";

const viewer: SessionDetails = {
  protocol: "srt",
  action: "read",
  path: "cam",
  subject: "user:ada",
  handle: "sealed",
  notAfter: null,
  decidedAt: 1_000_000,
  decisionKey: "key",
  clientAddress: "203.0.113.9",
  clientPort: 40_000,
};
const publisher: SessionDetails = { ...viewer, action: "publish", protocol: "rtmp" };

const nothing = Object.fromEntries(Object.keys(metricUnits).map((name) => [name, 0]));

describe("metrics", () => {
  let memory = memoryLog();
  let sessions: SessionRegistry;
  let metrics: MetricsReporter;
  let delays: number[] = [];
  const reports = () => memory.lines().filter(({ msg }) => msg === "metrics");
  /** Figures of the latest report. */
  const figures = () => {
    const { _aws, level: _level, msg: _msg, System: _system, ...rest } = reports().at(-1) ?? {};
    return rest;
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ["Date", "setInterval"], now: 1_000_000 });
    memory = memoryLog();
    sessions = new SessionRegistry(memory.log);
    delays = [];
    const delay = { take: () => delays.shift() ?? 0, close: () => {} };
    metrics = new MetricsReporter(sessions, "TAK-Dev-MediaInfra", memory.log, delay);
  });
  afterEach(() => {
    metrics.close();
    sessions.close();
    mock.timers.reset();
  });

  it("are one line a minute in CloudWatch's embedded metric format", () => {
    mock.timers.tick(59_999);
    assert.equal(reports().length, 0);
    mock.timers.tick(1);
    assert.deepEqual(reports(), [
      {
        level: "info",
        _aws: {
          Timestamp: 1_060_000,
          CloudWatchMetrics: [
            {
              Namespace: "TAK/MediaInfra",
              Dimensions: [["System"]],
              Metrics: [
                { Name: "ActiveStreams", Unit: "Count" },
                { Name: "ConnectionCount", Unit: "Count" },
                { Name: "BytesIn", Unit: "Bytes" },
                { Name: "BytesOut", Unit: "Bytes" },
                { Name: "AuthFailures", Unit: "Count" },
                { Name: "AuthUndecided", Unit: "Count" },
                { Name: "ConnectionErrors", Unit: "Count" },
                { Name: "EventLoopDelay", Unit: "Milliseconds" },
              ],
            },
          ],
        },
        System: "TAK-Dev-MediaInfra",
        ...nothing,
        msg: "metrics",
      },
    ]);
  });

  it("count streams and connections as they are, and the bytes of the minute", () => {
    const camera = sessions.open(publisher, () => {});
    const player = sessions.open(viewer, () => {});
    camera.bytesIn = 1_000;
    player.bytesOut = 900;
    mock.timers.tick(60_000);
    const both = { ActiveStreams: 1, ConnectionCount: 2 };
    assert.deepEqual(figures(), { ...nothing, ...both, BytesIn: 1_000, BytesOut: 900 });
    camera.bytesIn = 1_500;
    mock.timers.tick(60_000);
    assert.deepEqual(figures(), { ...nothing, ...both, BytesIn: 500 });
  });

  it("hold the bytes of a session that came and went within the minute, once", () => {
    const camera = sessions.open(publisher, () => {});
    camera.bytesIn = 70;
    camera.end("client-closed");
    mock.timers.tick(60_000);
    assert.deepEqual(figures(), { ...nothing, BytesIn: 70 });
    mock.timers.tick(60_000);
    assert.deepEqual(figures(), nothing);
  });

  it("count refusals, those that nobody could decide among them, and connection errors", () => {
    metrics.countRefusal("bad-credentials");
    metrics.countRefusal("undecided");
    metrics.countConnectionError();
    mock.timers.tick(60_000);
    const errors = { AuthFailures: 2, AuthUndecided: 1, ConnectionErrors: 1 };
    assert.deepEqual(figures(), { ...nothing, ...errors });
    mock.timers.tick(60_000);
    assert.deepEqual(figures(), nothing);
  });

  it("hold the longest pause of the event loop in each minute", () => {
    delays = [1_500, 3];
    mock.timers.tick(60_000);
    assert.deepEqual(figures(), { ...nothing, EventLoopDelay: 1_500 });
    mock.timers.tick(60_000);
    assert.deepEqual(figures(), { ...nothing, EventLoopDelay: 3 });
  });

  it("end with a last report", () => {
    metrics.countConnectionError();
    metrics.close();
    assert.deepEqual(figures(), { ...nothing, ConnectionErrors: 1 });
  });
});
