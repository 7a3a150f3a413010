import assert from "node:assert/strict";
import { normalizeAddress } from "../../../gateway/net/addresses";
import { proxyHeader } from "../../../gateway/net/proxyProtocol";

describe("PROXY protocol header", () => {
  const cases: [string, [string, number, string, number], string][] = [
    [
      "IPv4",
      ["192.0.2.7", 40000, "10.0.0.1", 1935],
      "PROXY TCP4 192.0.2.7 10.0.0.1 40000 1935\r\n",
    ],
    [
      "IPv4 mapped into IPv6",
      ["::ffff:192.0.2.7", 1, "::FFFF:10.0.0.1", 2],
      "PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n",
    ],
    ["IPv6", ["2001:db8::1", 1, "::1", 2], "PROXY TCP6 2001:db8::1 ::1 1 2\r\n"],
    ["a zone id", ["fe80::1%eth0", 1, "fe80::2", 2], "PROXY TCP6 fe80::1 fe80::2 1 2\r\n"],
    ["mixed families", ["2001:db8::1", 1, "127.0.0.1", 2], "PROXY UNKNOWN\r\n"],
    ["mixed families the other way", ["127.0.0.1", 1, "::1", 2], "PROXY UNKNOWN\r\n"],
    ["no address", ["", 1, "127.0.0.1", 2], "PROXY UNKNOWN\r\n"],
    ["a smuggled line", ["1.2.3.4\r\nX", 1, "127.0.0.1", 2], "PROXY UNKNOWN\r\n"],
  ];
  for (const [name, args, expected] of cases) {
    it(`is right for ${name}`, () => {
      assert.equal(proxyHeader(...args).toString("latin1"), expected);
    });
  }

  it("leaves plain addresses as they are", () => {
    assert.equal(normalizeAddress("203.0.113.5"), "203.0.113.5");
    assert.equal(normalizeAddress("::1"), "::1");
  });
});
