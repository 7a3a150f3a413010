/** The program as it is called: from other folders, by shells that complete, without Pulumi and AWS until it needs them. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { exitCodes } from "../../automation/errors";
import { checkout } from "../../local/cloud/paths";
import { bin, version } from "../../package.json";

const program = join(checkout, bin["tak-media"]);

const run = (args: readonly string[], options: { cwd?: string; file?: string } = {}) => {
  const { cwd = tmpdir(), file = program } = options;
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    cwd,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
};

const completed = (...words: string[]): string[] =>
  run(["complete", "--", ...words])
    .stdout.split("\n")
    .map((line) => line.split("\t")[0] ?? "");

describe("tak-media", function () {
  this.timeout(30_000);

  it("runs from any folder", () => {
    assert.deepEqual(run(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
    assert.match(execFileSync("head", ["-1", program], { encoding: "utf8" }), /^#!.*\bnode$/m);
  });

  it("says all that is wrong on standard error, and ends with the exit code of wrong usage", () => {
    const { code, stdout, stderr } = run(["doctor", "--stak", "dev", "--target", "moon"]);
    assert.deepEqual([code, stdout], [exitCodes.usage, ""]);
    assert.match(stderr, /^this command has \d faults:\n[\s\S]*\nusage: npm run doctor -- /);
  });

  it("says it to programs in one line of JSON", () => {
    const { code, stdout, stderr } = run(["outputs", "--json"]);
    assert.deepEqual([code, stderr], [exitCodes.usage, ""]);
    const { type, exitCode, name } = JSON.parse(stdout);
    assert.deepEqual({ type, exitCode, name }, { type: "error", exitCode: 2, name: "UsageError" });
  });

  it("completes commands, options, and the stacks that have a file here", () => {
    assert.ok(completed("de").includes("deploy"));
    assert.ok(!completed("").includes("complete"));
    assert.deepEqual(completed("preview", "dev", "--con").slice(0, 1), ["--context"]);
    for (const words of [
      ["deploy", ""],
      ["cost", "--stack", ""],
    ]) {
      const stacks = completed(...words);
      assert.ok(stacks.includes("dev") && stacks.includes("prod"), stacks.join());
    }
    assert.deepEqual(completed("deploy", "dev", "--target", "l").slice(0, 1), ["local"]);
  });

  it("completes in bash, by its name on the PATH", () => {
    const folder = mkdtempSync(join(tmpdir(), "path-"));
    // bash-completion has this function.
    const script = `
      _get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cur="\${COMP_WORDS[-1]}"; }
      compopt() { :; }
      source <(tak-media completion bash)
      complete -p tak-media
      COMP_WORDS=(tak-media deploy d)
      __tak_media_complete
      echo "\${COMPREPLY[@]}"`;
    try {
      symlinkSync(program, join(folder, "tak-media"));
      const said = execFileSync("bash", ["-c", script], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
      });
      assert.equal(said, "complete -F __tak_media_complete tak-media\ndev\n");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("loads neither Pulumi nor the AWS SDK for help and completion", () => {
    const list = `
      const { takMedia } = require("./cli/takMedia");
      const { checkCommandLine } = require("./cli/commandLine/check");
      checkCommandLine(takMedia(), ["cost", "--stack", "dev"]);
      console.log(Object.keys(require.cache).join("\\n"));`;
    const loaded = execFileSync(process.execPath, ["-r", "ts-node/register", "-e", list], {
      cwd: checkout,
      encoding: "utf8",
    }).split("\n");
    assert.ok(loaded.some((file) => file.endsWith("/cli/takMedia.ts")));
    const heavy = /\/node_modules\/(@pulumi|@aws-sdk|@smithy|@grpc|fastify|zod)\//;
    assert.deepEqual(
      loaded.filter((file) => heavy.test(file)),
      [],
    );
  });

  it("needs a checkout: in the package it says so", () => {
    const folder = mkdtempSync(join(tmpdir(), "package-"));
    try {
      mkdirSync(join(folder, "cli"));
      const copy = join(folder, bin["tak-media"]);
      copyFileSync(program, copy);
      const { code, stderr } = run(["--version"], { file: copy });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^tak-media works in a checkout of tak-media-infra; .*docs\/LIBRARY\.md$/m,
      );
      assert.doesNotMatch(stderr, /^ +at /m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is what each npm script of a command runs", () => {
    const { scripts } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    const names = completed("").filter((name) => /^[a-z-]+$/.test(name) && name !== "completion");
    for (const name of names) {
      const script = scripts[name.replace("-", ":")] ?? scripts[`${name}:dev`];
      assert.match(script, new RegExp(` cli/main\\.ts ${name}( dev)?$`));
    }
  });
});
