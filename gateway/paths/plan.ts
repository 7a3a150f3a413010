import type { ConfiguredPath, PathOwner } from "./configurations";
import { type PathSettings, sameSettings } from "./settings";

export type PathOperation =
  | { readonly kind: "remove"; readonly path: string }
  | {
      readonly kind: "replace";
      readonly path: string;
      readonly settings: PathSettings;
      readonly owner: PathOwner;
    };

/**
 * What it takes to bring path configurations in step with the leases; removals come first. Only a lease's own
 * configuration is ever removed. What CloudTAK has configured for a lease that is in the list becomes the lease's;
 * what an administrator has, stays.
 *
 * @param wanted what each living lease needs, by path; leases that need none are left out
 * @param askedAt when the list of leases was asked for, by the monotonic clock: what has been changed since is left to the next list
 */
export function planPaths(
  wanted: ReadonlyMap<string, PathSettings>,
  configured: ReadonlyMap<string, ConfiguredPath>,
  askedAt: number,
): PathOperation[] {
  const removals: PathOperation[] = [];
  const replacements: PathOperation[] = [];
  const replace = (path: string, settings: PathSettings, owner: PathOwner) =>
    replacements.push({ kind: "replace", path, settings, owner });

  for (const [path, { owner, settings, changedAt, isApplied }] of configured) {
    const lease = wanted.get(path);
    if (changedAt > askedAt) continue;
    if (owner === "lease" && !lease) removals.push({ kind: "remove", path });
    else if (lease && owner !== "administrator") {
      const isInStep = owner === "lease" && isApplied && sameSettings(settings, lease);
      if (!isInStep) replace(path, lease, "lease");
    } else if (!isApplied) replace(path, settings, owner);
  }
  for (const [path, settings] of wanted) {
    if (!configured.has(path)) replace(path, settings, "lease");
  }
  return [...removals, ...replacements];
}
