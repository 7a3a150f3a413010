import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CheckFailure, failuresIn, failWhen } from "../engine/checkFailure";
import type { Inputs } from "../engine/inputs";
import { dockerignore } from "./dockerignore";
import { unreadableFiles } from "./readableFiles";

/** Inputs besides the files that change the image. */
const buildInputs = ["addHosts", "buildArgs", "labels", "network", "platforms", "target"];

/** Failures of a build before its first step, or of the image's program at its start. */
export function buildProblems(inputs: Inputs): CheckFailure[] {
  const { folder, dockerfile, text } = sourcesOf(inputs);
  const isFolder = existsSync(folder) && statSync(folder).isDirectory();
  return failuresIn(
    failWhen(
      !isFolder,
      "context",
      "InvalidArgument",
      `"${folder}" is not a folder on this machine; the local cloud builds from folders only`,
    ),
    failWhen(
      text === undefined,
      "dockerfile",
      "InvalidArgument",
      `open ${dockerfile}: no such file or directory`,
    ),
    failWhen(
      text !== undefined && !/^\s*FROM\s/im.test(text),
      "dockerfile",
      "InvalidArgument",
      `${dockerfile} has no FROM instruction`,
    ),
    ...(isFolder ? unreadableFiles(text ?? "", folder) : []).map((problem) => ({
      property: "context",
      reason: problem,
    })),
    ...copiedFrom(text ?? "")
      .filter((source) => isFolder && !existsSync(join(folder, source)))
      .map((source) =>
        failWhen(
          true,
          "context",
          "NotFound",
          `failed to compute cache key: "${join("/", source)}": not found in ${folder}`,
        ),
      ),
  );
}

/** SHA-256 over Dockerfile, context and build inputs; the same for the same files anywhere. */
export function contextDigest(inputs: Inputs): string {
  const { folder, dockerfile, text } = sourcesOf(inputs);
  const hash = createHash("sha256");
  const add = (...parts: (string | Buffer)[]) => {
    for (const part of parts) {
      hash.update(`${part.length}:`).update(part);
    }
  };
  add(text ?? "");
  for (const name of buildInputs) {
    add(name, JSON.stringify(inputs.value(name) ?? null));
  }
  if (existsSync(folder)) {
    const isIgnored = dockerignore(folder, dockerfile);
    for (const path of filesBelow(folder, "", isIgnored)) {
      add(path, contentOf(join(folder, path)));
    }
  }
  return hash.digest("hex");
}

function sourcesOf(inputs: Inputs) {
  const folder = inputs.object("context").text("location") ?? ".";
  const given = inputs.object("dockerfile");
  const dockerfile = given.text("location") ?? join(folder, "Dockerfile");
  const inline = given.text("inline");
  const text = inline ?? (existsSync(dockerfile) ? readFileSync(dockerfile, "utf8") : undefined);
  return { folder, dockerfile: inline === undefined ? dockerfile : "the inline Dockerfile", text };
}

/** Sources of COPY and ADD that must lie in the context: no other stage's, no patterns, no URLs. */
const copiedFrom = (dockerfile: string): string[] =>
  dockerfile
    .replace(/\\\r?\n/g, " ")
    .split("\n")
    .map((line) => /^\s*(?:COPY|ADD)\s+(.*)$/i.exec(line)?.[1]?.trim().split(/\s+/) ?? [])
    .filter((words) => !words.some((word) => word.startsWith("--from=")))
    .flatMap((words) => words.filter((word) => !word.startsWith("--")).slice(0, -1))
    .filter((source) => !/[*?[\]"$<]|:\/\//.test(source));

function* filesBelow(
  folder: string,
  path: string,
  isIgnored: (path: string) => boolean,
): Generator<string> {
  const entries = readdirSync(join(folder, path), { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const inner = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      yield* filesBelow(folder, inner, isIgnored);
    } else if (!isIgnored(inner)) {
      yield inner;
    }
  }
}

const contentOf = (file: string): Buffer | string => {
  try {
    return readFileSync(file);
  } catch {
    // A dangling symbolic link is part of the context as the link itself.
    return readlinkSync(file);
  }
};
