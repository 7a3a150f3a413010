/** Commands of the README on the running system, as they stand there. */
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { localEnvironment, localVariables } from "../../local/cloud/environment";
import { checkout, localPaths } from "../../local/cloud/paths";
import { proofs, readmeCommands } from "../docs/readmeCommands";
import { until } from "../until";
import { startProgram } from "./program";
import { paths, system, toolchain } from "./system";

const isRun = (command: string) =>
  proofs.some(([pattern, { kind }]) => kind === "run" && pattern.test(command));
const commands = readmeCommands().filter(isRun);
const starting = (word: string) =>
  commands.filter((command) => command.replace(/^SSL_CERT_FILE=\S+ /, "").startsWith(`${word} `));

/** The line that the others build on: where the authority's certificate is. */
const [authority = ""] = commands.filter((command) => command.startsWith("CA="));
const inShell = (command: string) => ["-c", `${authority}\n${command}`];

/** Not synchronous: the load balancer that a command talks to lives in this process. */
async function shell(command: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const options = { cwd: checkout, env, timeout: 60_000 };
  return (await promisify(execFile)("sh", inShell(command), options)).stdout;
}

/** The player without its window: the same options and URL, the first second of it. */
const withoutWindow = (ffplay: string) =>
  `${ffplay.replace(/ffplay (.*?)("[^"]*")$/, "ffmpeg -v error $1-i $2")} -t 1 -f null -`;

describe("the README's commands on the running system", () => {
  it("publish, watch on every protocol, list and end the stream", async () => {
    await system();
    const [publish = ""] = starting("ffmpeg");
    const publisher = startProgram("sh", inShell(publish));
    const [list = "", kick = "", ...others] = starting("curl");
    assert.deepEqual(others, []);
    try {
      await until(
        "the stream is listed",
        async () => {
          assert.ok(publisher.isRunning(), publisher.log());
          return (await shell(`${list} -s`)).includes('"test-stream"');
        },
        60_000,
      );
      const players = starting("ffplay");
      assert.equal(players.length, 3);
      for (const player of players) {
        const watched = startProgram("sh", inShell(withoutWindow(player)));
        assert.equal(await watched.ended, 0, `${player}\n${watched.log()}`);
      }
      await shell(`${kick} -s -f`);
      assert.notEqual(await publisher.ended, 0, "the publisher was not cut");
      // Takes the place of the block that the README's command has set, so that other specs may publish.
      await shell(`${kick.replace(/blockSeconds=\d+/, "blockSeconds=1")} -s -f`);
    } finally {
      await publisher.stop();
    }
  });

  it("act on the local cloud in the environment that is printed", async () => {
    const [print = ""] = starting("eval");
    const seen = await shell(`${print}; env`);
    for (const [name, value] of Object.entries(localVariables(localPaths()))) {
      assert.ok(seen.includes(`${name}=${value}\n`), name);
    }
    const env = localEnvironment(paths, toolchain);
    for (const command of starting("pulumi")) await shell(command, env);
    assert.match(
      await shell("pulumi stack output", env),
      /serviceName +TAK-Dev-MediaInfra-MediaMTX/,
    );
  });
});
