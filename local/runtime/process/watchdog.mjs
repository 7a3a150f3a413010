// Kills process groups when the process at the other end of stdin is gone. Reads lines `+<pid>` and
// `-<pid>`: groups that live and groups that have ended.
import { createInterface } from "node:readline";

const groups = new Set();
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) groups.add(pid);
  else groups.delete(pid);
});
lines.on("close", () => {
  for (const pid of groups) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // Ended meanwhile.
    }
  }
});
