import assert from "node:assert/strict";
import { withClientAddresses } from "../../../../gateway/api/v3/clientAddresses";
import type { LiveSession } from "../../../../gateway/sessions/registry";

const session = (over: Partial<LiveSession>): LiveSession => ({
  ...{ id: "1", protocol: "srt", action: "publish", path: "cam", subject: "user:ada" },
  ...{ handle: "", notAfter: null, clientAddress: "203.0.113.9", clientPort: 4711, since: 0 },
  ...{
    bytesIn: 0,
    bytesOut: 0,
    decidedAt: 0,
    decisionKey: "",
    mediamtxIds: new Set<string>(),
    connected: () => {},
    end: () => {},
  },
  ...over,
});

const list = (...addresses: string[]) => ({
  itemCount: addresses.length,
  items: addresses.map((remoteAddr) => ({ remoteAddr, path: "cam" })),
});

describe("client addresses in API answers", () => {
  it("are the client's own where MediaMTX sees a socket of the gateway", () => {
    const sessions = [
      session({ mediamtxPeer: "127.0.0.1:40001" }),
      session({ mediamtxPeer: "127.0.0.1:40002", clientAddress: "2001:db8::9" }),
    ];
    const answer = list("127.0.0.1:40001", "127.0.0.1:40002", "198.51.100.7:9");
    const expected = list("203.0.113.9:4711", "[2001:db8::9]:4711", "198.51.100.7:9");
    assert.deepEqual(withClientAddresses(answer, sessions), expected);
  });

  it("stand in no other field", () => {
    const answer = { path: "127.0.0.1:40001", remoteAddr: null };
    const sessions = [session({ mediamtxPeer: "127.0.0.1:40001" })];
    assert.deepEqual(withClientAddresses(structuredClone(answer), sessions), answer);
  });
});
