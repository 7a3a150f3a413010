import assert from "node:assert/strict";
import { BlockList } from "node:net";
import * as fc from "fast-check";
import { publicRanges } from "../../../components/network/publicRanges";

/** Whether a security group with these ranges lets traffic out to an address. */
function allows(cidrs: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = "", maskLength] = cidr.split("/");
    list.addSubnet(network, Number(maskLength), "ipv4");
  }
  return list.check(address, "ipv4");
}

describe("public ranges", () => {
  it("hold the internet and no private address", () => {
    const ranges = publicRanges([]);
    for (const address of [
      "1.1.1.1",
      "9.255.255.255",
      "11.0.0.0",
      "172.32.0.1",
      "223.255.255.255",
    ]) {
      assert.ok(allows(ranges, address), address);
    }
    for (const address of [
      ..."10.0.0.0 10.255.255.255 100.64.0.1 100.127.255.255".split(" "),
      ..."172.16.0.0 172.31.255.255 192.168.255.255".split(" "),
    ]) {
      assert.ok(!allows(ranges, address), address);
    }
  });

  it("are 38 with any VPC of private addresses, which leaves room for trusted networks", () => {
    for (const vpc of ["10.0.0.0/16", "100.64.0.0/24", "172.31.0.0/16", "192.168.3.0/24"]) {
      assert.equal(publicRanges([vpc]).length, 38);
    }
  });

  it("leave out the VPC wherever it is, and fit with one other rule into a group's 60", () => {
    const octet = fc.nat(255);
    fc.assert(
      fc.property(octet, octet, octet, fc.integer({ min: 16, max: 24 }), (a, b, c, maskLength) => {
        const number = (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8) & (-1 << (32 - maskLength));
        const address = [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
        const ranges = publicRanges([`${address}/${maskLength}`]);
        assert.ok(!allows(ranges, address));
        assert.ok(ranges.length + 1 <= 60, `${ranges.length} ranges`);
      }),
    );
  });
});
