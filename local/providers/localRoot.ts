import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that a file belongs to: the nearest folder above it with a package.json. */
export function checkoutOf(folder: string): string {
  if (existsSync(join(folder, "package.json"))) {
    return folder;
  }
  const parent = dirname(folder);
  if (parent === folder) {
    throw new Error("the local providers must lie inside a checkout of the project");
  }
  return checkoutOf(parent);
}

/**
 * The folder that holds the local account: the engine's backend is `<local root>/state`. Throws when
 * the backend is anywhere but inside the checkout's `.local`: a stand-in for AWS must never touch the
 * state of a real deployment.
 */
export function localRoot(backendUrl: string | undefined, checkout: string): string {
  const state = backendUrl?.startsWith("file://") ? statePath(backendUrl) : undefined;
  const below = state && relative(join(checkout, ".local"), state);
  if (!state || !below || below.startsWith("..") || basename(state) !== "state") {
    throw new Error(
      `the local providers stand in for AWS and work only with a backend inside ${checkout}/.local: ` +
        `PULUMI_BACKEND_URL is ${backendUrl ? `"${withoutUserInfo(backendUrl)}"` : "not set"}, ` +
        `allowed is "file://${checkout}/.local/state" (npm run local:env prints the environment); ` +
        "to deploy to AWS take local/bin off PATH",
    );
  }
  return dirname(state);
}

function statePath(backendUrl: string): string | undefined {
  try {
    const url = new URL(backendUrl);
    return url.host === "" ? resolve(fileURLToPath(`file://${url.pathname}`)) : undefined;
  } catch {
    return undefined;
  }
}

const withoutUserInfo = (url: string) => url.replace(/\/\/[^/@]*@/, "//");
