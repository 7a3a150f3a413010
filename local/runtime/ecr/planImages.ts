import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ImagePlan } from "../plan/types";
import { type Entry, record, type State, text } from "../state";

/** The registry of an image determines what a pull needs. */
export type Registry = "ecr" | "internet";

export const registryOf = (image: string): Registry => (ecrHost.test(image) ? "ecr" : "internet");

/** Account and region of a registry, whose host may be a FIPS or dual-stack one. */
export const ecrHost = /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\./;

/**
 * What an image stands for: MediaMTX of a version, by its name on Docker Hub or as the copy that the stack made of it, or the
 * gateway. undefined for an image that is neither MediaMTX's nor in a repository of the stack.
 */
export function planImage(state: State, image: string, checkout: string): ImagePlan | undefined {
  const version = mediamtxVersion(image);
  if (version) return { kind: "mediamtx", version };
  const repository = state
    .all("aws:ecr/repository:Repository")
    .map((entry) => entry.text("repositoryUrl"))
    .find((url) => image.startsWith(`${url}:`) || image.startsWith(`${url}@`));
  if (repository === undefined) return undefined;
  const built = state
    .all("docker-build:index:Image")
    .find((entry) => entry.texts("tags").some((tag) => tag.startsWith(`${repository}:`)));
  const copied = built && mediamtxVersion(baseOf(built, checkout));
  return copied ? { kind: "mediamtx", version: copied } : { kind: "gateway" };
}

const mediamtxVersion = (image: string): string | undefined =>
  /^(?:docker\.io\/)?bluenviron\/mediamtx:v?(\d+\.\d+\.\d+)(?:@sha256:\w+)?$/.exec(image)?.[1];

/** The image that the last stage of the Dockerfile starts from, with its arguments filled in. */
function baseOf(built: Entry, checkout: string): string {
  const { inline, location } = record(built.raw("dockerfile"));
  const dockerfile = text(inline) || readFileSync(resolve(checkout, text(location)), "utf8");
  const base = [...dockerfile.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)/gim)].at(-1)?.[1] ?? "";
  const given = built.record("buildArgs");
  return base.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => text(given[name]));
}
