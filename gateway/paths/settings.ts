import { isDeepStrictEqual } from "node:util";

/** Settings of a path configuration in MediaMTX's words; the source as its owner gave it, not as MediaMTX sees it. */
export interface PathSettings {
  readonly source?: string;
  readonly [name: string]: unknown;
}

/** Recordings as CloudTAK's media server makes them. How long and how many are kept: components/service/recordings.ts. */
const recording = {
  record: true,
  recordFormat: "fmp4",
  recordPartDuration: "1s",
  recordSegmentDuration: "1h",
} as const;

/**
 * What a lease needs; undefined when it needs no path configuration. A source is pulled while clients watch,
 * or always when it is recorded.
 */
export function leaseSettings(lease: {
  readonly proxy: string | null;
  readonly recording: boolean;
}): PathSettings | undefined {
  if (!lease.proxy && !lease.recording) return undefined;
  return {
    ...(lease.proxy ? { source: lease.proxy, sourceOnDemand: !lease.recording } : {}),
    ...(lease.recording ? recording : {}),
  };
}

/** MediaMTX's names for "every path": without it no lease could be published. */
export const isEveryPath = (path: string): boolean => /^all(_others)?$/.test(path);

export const isPulled = ({ source }: PathSettings): boolean =>
  source !== undefined && source !== "publisher";

export const sameSettings = (one: PathSettings, other: PathSettings): boolean =>
  isDeepStrictEqual(one, other);
