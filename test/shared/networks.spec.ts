import assert from "node:assert/strict";
import { formatIpv4Network, isPrivateNetwork, parseIpv4Network } from "../../shared/networks";

describe("IPv4 networks", () => {
  for (const text of ["0.0.0.0/0", "10.20.0.0/16", "192.168.7.5/32", "255.255.255.0/24"]) {
    it(`${text} is one, and is written as it was read`, () => {
      const network = parseIpv4Network(text);
      assert.ok(network);
      assert.equal(formatIpv4Network(network), text);
    });
  }

  for (const text of [
    ..."10.0.0.1/8 10.0.0.0/33 10.0.0.0 10.0.0/8 256.0.0.0/8 fd00::/8".split(" "),
    // Some readers take a leading zero for an octal number.
    ..."010.0.0.0/8 10.0.0.0/08 10.0.0.0/-1 10.0.0.0/8/8".split(" "),
    "10.0.0.0/8 ",
    "",
  ]) {
    it(`"${text}" is none`, () => assert.equal(parseIpv4Network(text), undefined));
  }

  it("are private only as a whole", () => {
    assert.equal(isPrivateNetwork("172.16.0.0/12"), true);
    assert.equal(isPrivateNetwork("172.31.255.255/32"), true);
    assert.equal(isPrivateNetwork("172.16.0.0/11"), false);
    assert.equal(isPrivateNetwork("192.168.0.0/15"), false);
    assert.equal(isPrivateNetwork("8.8.8.0/24"), false);
  });
});
