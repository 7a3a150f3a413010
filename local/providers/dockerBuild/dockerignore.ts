import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Always left out, for speed: no image of this project needs them. */
const always = [".git", "node_modules", ".local"];

/**
 * Tells whether `<Dockerfile>.dockerignore`, else the context's `.dockerignore`, excludes a path;
 * the last pattern that matches a path or one of its folders decides.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function dockerignore(folder: string, dockerfile: string): (path: string) => boolean {
  const file = [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")].find(existsSync);
  const lines = file ? readFileSync(file, "utf8").split(/\r?\n/) : [];
  const rules = [...always, ...lines.map((line) => line.trim())]
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({
      ignores: !line.startsWith("!"),
      pattern: patternOf(line.replace(/^!/, "").replace(/^\/|\/$/g, "")),
    }));
  return (path) => rules.filter(({ pattern }) => pattern.test(path)).at(-1)?.ignores ?? false;
}

function patternOf(text: string): RegExp {
  const source = text
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*\*\/?|\*|\?/g, (wild) =>
      wild === "*" ? "[^/]*" : wild === "?" ? "[^/]" : wild === "**" ? ".*" : "(?:.*/)?",
    );
  return new RegExp(`^${source}(/|$)`);
}
