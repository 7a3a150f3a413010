/** `npm start` as a user meets it: the real command in a process of its own, in a local cloud of its own. */
import { strict as assert } from "node:assert";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { checkout, localPaths } from "../../local/cloud/paths";
import { stopSystem } from "../e2e/system";
import { until } from "../until";

const name = "start-test";
const paths = localPaths(name);

class Start {
  readonly ended: Promise<number | null>;
  output = "";
  private readonly child: ChildProcess;

  constructor() {
    this.child = spawn(process.execPath, ["-r", "ts-node/register", "cli/main.ts", "start", name], {
      cwd: checkout,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (data) => {
        this.output += data;
      });
    }
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for a text in the output. */
  async says(text: string): Promise<void> {
    let ended = false;
    this.ended.then(() => {
      ended = true;
    });
    while (!this.output.includes(text)) {
      assert.equal(ended, false, `ended before it said "${text}":\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Processes that a process has started, and those that these have started. */
function descendants(pid: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const childrenOf = (parent: number): number[] =>
    rows.flatMap(([child = 0, ppid]) => (ppid === parent ? [child, ...childrenOf(child)] : []));
  return childrenOf(pid);
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Processes whose parent has ended are reaped by somebody else, a moment later. */
async function untilEnded(pids: number[]): Promise<void> {
  await until("all have ended", () => !pids.some(isAlive), 60_000);
}

describe("npm start", function () {
  this.timeout(300_000);
  const starts: Start[] = [];
  const start = () => {
    const started = new Start();
    starts.push(started);
    return started;
  };

  before(async () => {
    // It has the same ports.
    await stopSystem();
    rmSync(paths.root, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const each of starts.splice(0)) {
      each.signal("SIGTERM");
      await each.ended;
    }
  });
  after(() => rmSync(paths.root, { recursive: true, force: true }));

  it("brings the system up, prints lines that work, and ends every process on Ctrl-C", async () => {
    const first = start();
    await first.says("Ctrl-C ends everything.");
    const printed = (line: RegExp) => line.exec(first.output)?.[1] ?? assert.fail(first.output);
    const authority = printed(/^ {2}(CA=.*)$/m);
    const shell = (command: string) =>
      execFileSync("sh", ["-c", `${authority}\n${command}`], { encoding: "utf8" });
    const publish = printed(/^ {2}(.*ffmpeg .*-f flv .*)$/m).replace("-f flv", "-t 3 -f flv");
    assert.match(shell(`${publish} 2>&1`), /frame=\s*\d+/);
    assert.match(shell(`${printed(/^ {2}(curl .*)$/m)} -s`), /"items":/);

    const children = descendants(first.pid);
    assert.ok(children.length >= 3, "gateway, MediaMTX and a watchdog at least");
    first.signal("SIGINT");
    assert.equal(await first.ended, 0);
    await untilEnded(children);
  });

  it("re-uses the state the second time and refuses to run twice", async () => {
    const first = start();
    await first.says("Ctrl-C ends everything.");
    assert.match(first.output, /\d+ unchanged/);
    assert.doesNotMatch(first.output, /\d+ created/);

    const second = start();
    assert.equal(await second.ended, 1);
    assert.match(second.output, new RegExp(`already running as process ${first.pid}`));
    assert.ok(descendants(first.pid).length >= 3, "the first one was disturbed");
  });

  it("names a port that is taken, ends, and works once the port is free", async () => {
    const squatter = createServer().listen(1936, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    try {
      const refused = start();
      assert.equal(await refused.ended, 1);
      assert.match(refused.output, /TLS 1936/);
    } finally {
      squatter.close();
    }
    await start().says("The system is up.");
  });

  it("leaves no process behind when it is killed, and starts again", async () => {
    const killed = start();
    await killed.says("The system is up.");
    const children = descendants(killed.pid);
    killed.signal("SIGKILL");
    await killed.ended;
    await untilEnded(children);
    await start().says("The system is up.");
  });

  it("starts again after it was killed in the middle of a deployment", async () => {
    rmSync(paths.root, { recursive: true, force: true });
    const killed = start();
    await killed.says("created");
    killed.signal("SIGKILL");
    await killed.ended;
    await start().says("The system is up.");
  });
});
