import type { OpenSource } from "../sources/sourceRelays";
import type { PathConfigurations } from "./configurations";
import type { PathSettings } from "./settings";

/** Name servers that are waited for at the same time. */
const maxLookups = 32;
/** Those and the sources that are ready, but not configured yet. */
const maxHeld = 64;
const maxPerOwner = 4;
/** Retries leave room for what has never been tried. */
const maxRetries = 16;

interface Lookup {
  readonly settings: PathSettings;
  readonly owner: string;
  /** Undefined while the name server is waited for. */
  outcome: LookupOutcome | undefined;
}

/** The source, ready to be pulled, or why it is not. */
export type LookupOutcome =
  | { readonly source: OpenSource | undefined }
  | { readonly error: unknown };

/**
 * Opens the sources of path configurations beside the rounds in which MediaMTX is called: a name server that never
 * answers delays only what needs it.
 */
export class SourceLookups {
  readonly #paths: Pick<PathConfigurations, "openSource">;
  readonly #settled: () => void;
  readonly #lookups = new Map<string, Lookup>();
  #closed = false;

  /** @param settled called when one of them has an outcome */
  constructor(paths: Pick<PathConfigurations, "openSource">, settled: () => void) {
    this.#paths = paths;
    this.#settled = settled;
  }

  /** Begins to open the source of a path, if there is room. */
  begin(path: string, settings: PathSettings, owner: string, isRetry: boolean): void {
    if (this.#closed || this.isFull || this.#lookups.has(path) || !this.#hasRoom(owner, isRetry))
      return;
    const lookup: Lookup = { settings, owner, outcome: undefined };
    this.#lookups.set(path, lookup);
    const settle = (outcome: LookupOutcome) => {
      lookup.outcome = outcome;
      if (this.#closed) closeSource(outcome);
      else this.#settled();
    };
    this.#paths.openSource(path, settings).then(
      (source) => settle({ source }),
      (error: unknown) => settle({ error }),
    );
  }

  /** Nothing more can begin. */
  get isFull(): boolean {
    return this.#lookups.size >= maxHeld;
  }

  isSettled(path: string, settings: PathSettings): boolean {
    const lookup = this.#lookups.get(path);
    return lookup?.settings.source === settings.source && lookup?.outcome !== undefined;
  }

  /** What came of it, once; the source is the caller's from then on. */
  take(path: string, settings: PathSettings): LookupOutcome | undefined {
    if (!this.isSettled(path, settings)) return undefined;
    const outcome = this.#lookups.get(path)?.outcome;
    this.#lookups.delete(path);
    return outcome;
  }

  /** Drops what has an outcome that is not of interest any more. */
  keepOnly(isWanted: (path: string, settings: PathSettings) => boolean): void {
    for (const [path, { settings, outcome }] of this.#lookups) {
      if (!outcome || isWanted(path, settings)) continue;
      closeSource(outcome);
      this.#lookups.delete(path);
    }
  }

  close(): void {
    this.#closed = true;
    this.keepOnly(() => false);
  }

  #hasRoom(owner: string, isRetry: boolean): boolean {
    const open = [...this.#lookups.values()].filter(({ outcome }) => !outcome);
    const own = open.filter((one) => one.owner === owner).length;
    return open.length < (isRetry ? maxRetries : maxLookups) && own < maxPerOwner;
  }
}

function closeSource(outcome: LookupOutcome): void {
  if ("source" in outcome) outcome.source?.close();
}
