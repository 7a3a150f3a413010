import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const program = `
const { outputTo } = require(${JSON.stringify(join(__dirname, "../../cli/output"))});
const write = outputTo(process.stdout, () => {
  process.stderr.write("closed\\n");
  clearInterval(timer);
  process.exitCode = 8;
});
const timer = setInterval(() => write("a line\\n"), 5);
`;

describe("output that is closed early", () => {
  it("ends what writes to it, with one message and no stack trace", async () => {
    const child = spawn(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", "-e", program],
      {
        cwd: join(__dirname, "../.."),
      },
    );
    await once(child.stdout, "data");
    child.stdout.destroy();
    const said = text(child.stderr);
    const [code] = await once(child, "exit");
    assert.deepEqual([code, await said], [8, "closed\n"]);
  });
});
