/** The sources' thread for tests: every name is 127.0.0.1, which may be pulled from; some URLs end the thread. */
import assert from "node:assert/strict";
import { parentPort } from "node:worker_threads";
import { PublicHostResolver } from "../../../gateway/sources/publicHostResolver";
import { serveSources } from "../../../gateway/sources/serveSources";
import { SourceRelays } from "../../../gateway/sources/sourceRelays";

assert.ok(parentPort);
const hosts = new PublicHostResolver(
  async () => ["127.0.0.1"],
  () => true,
);
serveSources(parentPort, (refused) => {
  const sources = new SourceRelays(refused, hosts);
  return {
    open: async (path, url, port) => {
      // A relay that there was before does no harm.
      if (port !== undefined) return sources.open(path, url, port);
      if (path === "throws") setImmediate(() => fail(url));
      if (path === "grows") setImmediate(grow);
      if (path === "hangs") setImmediate(hang);
      return sources.open(path, url, port);
    },
  };
});

function fail(url: string): never {
  throw Object.assign(new Error(`cannot read ${url}`), { code: "E_TEST" });
}

function grow(): void {
  const held: object[] = [];
  for (;;) held.push(new Array(10_000).fill({ held: held.length }));
}

function hang(): void {
  for (;;);
}
