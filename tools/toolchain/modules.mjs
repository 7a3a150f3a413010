// node_modules, and whether they are what the lock file says.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/**
 * npm writes its own list last, so a missing one means an install that did not finish. The two are compared by what they
 * say: their times tell nothing after a checkout, a copy or a restored cache.
 */
export function modulesAreCurrent(folder) {
  let wanted;
  let installed;
  try {
    wanted = packagesOf(join(folder, "package-lock.json"));
    installed = packagesOf(join(folder, "node_modules/.package-lock.json"));
  } catch {
    return false;
  }
  const names = new Set([...Object.keys(wanted), ...Object.keys(installed)]);
  names.delete("");
  return [...names].every((name) => isSame(wanted[name], installed[name]));
}

/** Optional packages are left out where they are for another system. */
function isSame(wanted, installed) {
  if (!wanted) return false;
  if (!installed) return wanted.optional === true || wanted.devOptional === true;
  return wanted.version === installed.version && wanted.integrity === installed.integrity;
}
