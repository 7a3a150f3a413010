import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** Removes bundles beside the current ones, `paths`: those of an earlier version would go into packages and the image. */
export function removeOldBundles(paths) {
  const current = new Set(paths.flatMap((path) => [path, `${path}.map`]));
  for (const folder of new Set(paths.map(dirname))) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (/\.js(\.map)?$/.test(name) && !current.has(path)) rmSync(path);
    }
  }
}
