import { readFileSync } from "node:fs";
import { UsageError } from "../../automation/errors";
import type { Credentials } from "../../automation/smoke/context";

const names = ["user", "password", "stream", "srtPassphrase"] as const;
type Name = (typeof names)[number];

const variables: Readonly<Record<Name, string>> = {
  user: "SMOKE_USER",
  password: "SMOKE_PASSWORD",
  stream: "SMOKE_STREAM",
  srtPassphrase: "SMOKE_SRT_PASSPHRASE",
};

const howTo =
  "the test stream needs a CloudTAK user and a lease of this user: set SMOKE_USER, SMOKE_PASSWORD and SMOKE_STREAM, or " +
  "give --credentials <file>, - for standard input, with lines user=..., password=... and stream=...; without a test " +
  "stream: --short";

/** From a file or standard input ("-"), else from the environment. Throws a UsageError that shows no value. */
export function readCredentials(
  file: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Credentials {
  const given = file === undefined ? fromEnvironment(env) : fromText(contentOf(file), file);
  const { user, password, stream, srtPassphrase } = given;
  const missing = (["user", "password", "stream"] as const).filter((name) => !given[name]);
  if (missing.length > 0 || !user || !password || !stream) {
    const what = file === undefined ? missing.map((name) => variables[name]) : missing;
    throw new UsageError(`not given: ${what.join(", ")}; ${howTo}`);
  }
  return { user, password, stream, ...(srtPassphrase ? { srtPassphrase } : {}) };
}

type Given = { readonly [N in Name]?: string | undefined };

const fromEnvironment = (env: NodeJS.ProcessEnv): Given =>
  Object.fromEntries(names.map((name) => [name, env[variables[name]]]));

function contentOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`the file of --credentials cannot be read (${code}); ${howTo}`);
  }
}

function fromText(text: string, file: string): Given {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const entries = lines.map((line, index) => {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (names.some((known) => known === name)) return [name, value];
    const where = file === "-" ? "standard input" : file;
    // The line may be a password.
    throw new UsageError(
      `line ${index + 1} of ${where} is none of ${names.map((known) => `${known}=...`).join(", ")}`,
    );
  });
  return Object.fromEntries(entries);
}
