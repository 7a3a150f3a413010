import type { PublicHostResolver } from "./publicHostResolver";
import type { Source } from "./source";

/** A loopback port from which MediaMTX pulls instead of the source itself. */
export interface Relay {
  /** Resolves to the port, on 127.0.0.1; 0 stands for any that is free. */
  listen(port: number): Promise<number>;
  /** Ends everything and frees the port. */
  close(): void;
}

export interface RelayOptions {
  readonly source: Source;
  readonly hosts: PublicHostResolver;
  /** Told why the source is not connected to. */
  readonly refused: (reason: string) => void;
}
