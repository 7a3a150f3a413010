// Loaded before the gateway's program: tells the parent of the event loop's delay, and of the memory, every second.
const { monitorEventLoopDelay } = require("node:perf_hooks");

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
setInterval(() => {
  const ms = (value) => value / 1e6;
  process.send?.({
    p99Ms: ms(delay.percentile(99)),
    maxMs: ms(delay.max),
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
  });
}, 1_000).unref();
