// Running commands, downloading files, and the cache that outlives the checkout.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const cacheDirectory = join(
  process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
  "tak-media-infra",
);

export const say = (text) => console.error(`[setup] ${text}`);

/** Absolute path of an executable on PATH, or undefined. */
export function which(name) {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(directory || ".", name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // not here
    }
  }
  return undefined;
}

const running = new Set();
let interruption;

/**
 * A set-up that is interrupted ends what it has started, and only then itself: half an npm install or a compiler would go on.
 * Each command has a process group of its own, as npm and go start others.
 */
export function endOnSignals() {
  for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
    process.on(signal, () => {
      interruption ??= Object.assign(new Error("interrupted"), { exitCode: 128 + number });
      for (const child of running) signalGroup(child, "SIGTERM");
      setTimeout(() => {
        for (const child of running) signalGroup(child, "SIGKILL");
      }, 3000).unref();
    });
  }
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
}

/** stdout of a command. Rejects with its last lines of output when it fails. */
export function run(command, args, options = {}) {
  const { env = {}, cwd = root, label } = options;
  return new Promise((resolve, reject) => {
    if (interruption) {
      reject(interruption);
      return;
    }
    const child = spawn(command, args, {
      cwd,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    let stdout = "";
    let head = "";
    let tail = "";
    // What went wrong stands at the beginning (npm) or at the end (go) of what a command says.
    const keep = (data) => {
      if (head.length < 1500) head += data;
      else tail = (tail + data).slice(-1500);
    };
    child.stdout.on("data", (data) => {
      stdout += data;
      keep(data);
    });
    child.stderr.on("data", keep);
    const started = Date.now();
    const ticker =
      label &&
      setInterval(() => {
        const last = (tail || head).trim().split("\n").at(-1)?.slice(0, 80) ?? "";
        say(`${label} ... ${Math.round((Date.now() - started) / 1000)} s  ${last}`);
      }, 15000);
    child.once("error", (error) => {
      running.delete(child);
      clearInterval(ticker);
      reject(error);
    });
    child.once("close", (code, signal) => {
      running.delete(child);
      clearInterval(ticker);
      if (interruption) reject(interruption);
      else if (code === 0) resolve(stdout);
      else
        reject(
          new Error(`${command} ${args[0] ?? ""}: ${signal ?? `exit ${code}`}\n${head}${tail}`),
        );
    });
  });
}

/** Bytes behind a URL. Gives up when nothing answers within 5 s or nothing arrives for 20 s. */
export async function download(url) {
  const controller = new AbortController();
  let timer = setTimeout(() => controller.abort(), 5000);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    const chunks = [];
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), 20000);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
  }
}

/** Downloads an archive, checks it against the release's own list of SHA-256 sums, unpacks it. */
export async function unpackRelease({ archiveUrl, checksumsUrl, into, strip = 0 }) {
  const name = archiveUrl.split("/").at(-1);
  const checksums = (await download(checksumsUrl)).toString();
  const expected = checksums
    .split("\n")
    .find((line) => line.trim().endsWith(name))
    ?.split(/\s+/)[0];
  if (!expected) throw new Error(`${checksumsUrl} does not list ${name}`);
  const archive = await download(archiveUrl);
  const actual = createHash("sha256").update(archive).digest("hex");
  if (actual !== expected)
    throw new Error(`${name} has SHA-256 ${actual}, its list says ${expected}`);
  const file = join(into, name);
  await writeFile(file, archive);
  await run("tar", ["-xzf", file, "-C", into, `--strip-components=${strip}`]);
  rmSync(file);
}

/**
 * The folder `name` of the cache, made by `make(folder)` when it is not there. It appears only when complete,
 * so an interrupted set-up leaves nothing that a later one would trust.
 */
export async function cached(name, make) {
  const folder = join(cacheDirectory, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheDirectory, { recursive: true });
  removeAbandoned(name);
  const unfinished = mkdtempSync(join(cacheDirectory, `.${name}-`));
  try {
    await make(unfinished);
    // Somebody else may have finished it meanwhile: theirs is as good.
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** What an interrupted set-up left: nobody works for three hours on one thing. */
function removeAbandoned(name) {
  for (const entry of readdirSync(cacheDirectory)) {
    const folder = join(cacheDirectory, entry);
    if (entry.startsWith(`.${name}-`) && Date.now() - statSync(folder).mtimeMs > 3 * 3600 * 1000) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** The first of these folders that the cache already holds. Throws when it holds none. */
export async function existing(...names) {
  const found = names
    .map((name) => join(cacheDirectory, name))
    .find((folder) => existsSync(folder));
  if (!found) throw new Error("nothing there yet");
  return found;
}

/** Tries the ways in turn. Throws with the reasons of all when none worked. */
export async function firstOf(what, ways, remedy) {
  const reasons = [];
  for (const [way, attempt] of ways) {
    try {
      return await attempt();
    } catch (error) {
      if (interruption) throw interruption;
      reasons.push(`${way}: ${error.cause?.message ?? error.message}`);
    }
  }
  throw new Error(`${what} could not be set up.\n  ${reasons.join("\n  ")}\n${remedy}`);
}
