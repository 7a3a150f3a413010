import assert from "node:assert/strict";
import { addressKey } from "../../../../gateway/auth/limits/addressKey";

describe("address of a limit", () => {
  const keys: [string, string | undefined][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:127.0.0.1", undefined],
    ["127.0.0.1", undefined],
    ["::1", undefined],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"],
  ];
  for (const [address, key] of keys) {
    it(`of ${address} is ${key}`, () => assert.equal(addressKey(address), key));
  }
});
