import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { RunError } from "@pulumi/pulumi";

/** The folder that holds Pulumi.yaml: the checkout, or the installed package. */
export const projectRoot = packageFolder(__dirname);

/** Compiled, this file lies in `dist`. */
function packageFolder(folder: string): string {
  return existsSync(join(folder, "Pulumi.yaml")) ? folder : packageFolder(dirname(folder));
}

/** The installed package has bundles without their sources, and nothing that would build them. */
const isCheckout = existsSync(join(projectRoot, "tools/build.mjs"));

/**
 * The absolute path of the bundle `path`, relative to {@link projectRoot}, if it was made from the sources as they are now: its source map, which
 * a checkout has, holds the text of each. Times would not do, as the bundler leaves a file alone that comes out the same. Throws a RunError
 * when the bundle is missing or stale: a deployment of yesterday's code looks like a success.
 */
export function bundlePath(path: string): string {
  const file = resolve(projectRoot, path);
  const name = relative(projectRoot, file);
  if (!existsSync(file) || (isCheckout && !existsSync(`${file}.map`))) {
    throw new RunError(`${name} is missing; make it with \`npm run build\``);
  }
  if (!isCheckout) return file;
  const changed = ownSources(file).find(({ path, text }) => !isText(path, text));
  if (changed === undefined) return file;
  const source = relative(projectRoot, changed.path);
  throw new RunError(
    `${name} was made before ${source} changed; make it anew with \`npm run build\``,
  );
}

/** What the bundle was made from, installed packages left out. */
function ownSources(file: string): { path: string; text: string | undefined }[] {
  const map: { sources: string[]; sourcesContent: string[] } = JSON.parse(
    readFileSync(`${file}.map`, "utf8"),
  );
  return map.sources
    .map((source, index) => ({
      path: join(dirname(file), source),
      text: map.sourcesContent[index],
    }))
    .filter(({ path }) => !path.includes("/node_modules/"));
}

const isText = (path: string, text: string | undefined): boolean =>
  existsSync(path) && readFileSync(path, "utf8") === text;
