import assert from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import * as fc from "fast-check";
import { PublicHostResolver } from "../../../gateway/sources/publicHostResolver";
import type { SourcesEvent } from "../../../gateway/sources/sourcesWorker";
import { allowedAddresses, ownAddresses } from "../../../gateway/sources/trustedNetworks";

describe("trusted networks of sources", () => {
  const isAllowed = allowedAddresses(
    ["10.20.0.0/16", "192.168.7.5/32"],
    ["10.20.0.2", "10.20.1.77"],
  );

  it("may be pulled from beside the internet, and no other private address may", () => {
    for (const address of [
      "10.20.0.5",
      "10.20.255.255",
      "192.168.7.5",
      "1.1.1.1",
      "2606:4700::1",
    ]) {
      assert.equal(isAllowed(address), true, address);
    }
    for (const address of [
      ..."10.19.255.255 10.21.0.0 192.168.7.4 192.168.7.6 172.16.0.1 100.64.0.1".split(" "),
      ..."127.0.0.1 0.0.0.0 169.254.169.254 169.254.170.2 224.0.0.1 255.255.255.255".split(" "),
      ..."::1 fd00:ec2::254 fd00:ec2::23 ::ffff:10.20.0.5 64:ff9b::10.20.0.5 fe80::1 x".split(" "),
    ]) {
      assert.equal(isAllowed(address), false, address);
    }
  });

  it("leave out the gateway's own addresses and its name servers", () => {
    assert.equal(isAllowed("10.20.0.2"), false);
    assert.equal(isAllowed("10.20.1.77"), false);
    assert.ok(ownAddresses().includes("127.0.0.1"));
    for (const server of ownAddresses(["10.20.0.2", "10.20.0.3:5353", "[fd00::2]:53"])) {
      assert.doesNotMatch(server, /\]|:5353$/);
    }
    assert.deepEqual(
      ["10.20.0.2", "10.20.0.3", "fd00::2"].filter(
        (address) =>
          !ownAddresses(["10.20.0.2", "10.20.0.3:5353", "[fd00::2]:53"]).includes(address),
      ),
      [],
    );
  });

  it("add nothing to the internet when there are none", () => {
    const octet = fc.nat(255);
    const none = allowedAddresses([]);
    fc.assert(
      fc.property(octet, octet, octet, (b, c, d) => {
        for (const start of ["10", "127", "0", "224"]) {
          assert.equal(none(`${start}.${b}.${c}.${d}`), false);
        }
      }),
    );
    assert.equal(none("1.1.1.1"), true);
  });

  it("hold for every address of a host", async () => {
    const found = (...addresses: string[]) =>
      new PublicHostResolver(async () => addresses, isAllowed).resolve("c");
    assert.deepEqual(await found("10.20.0.5", "1.1.1.1"), ["10.20.0.5", "1.1.1.1"]);
    await assert.rejects(found("10.20.0.5", "10.21.0.5"), /trustedSourceCidrs/);
  });

  it("reach the sources' thread", async () => {
    const worker = new Worker(require.resolve("../../../gateway/sources/sourcesMain.ts"), {
      execArgv: ["-r", "ts-node/register/transpile-only"],
      workerData: { trustedSourceCidrs: ["10.20.0.0/16"] },
    });
    try {
      const open = async (url: string) => {
        worker.postMessage({ kind: "open", id: 1, path: "cam", url, port: undefined });
        const [event] = (await once(worker, "message")) as [SourcesEvent];
        return event.kind;
      };
      assert.equal(await open("rtsp://10.20.0.5/x"), "opened");
      assert.equal(await open("rtsp://10.21.0.5/x"), "failed");
    } finally {
      await worker.terminate();
    }
  }).timeout(30_000);
});
