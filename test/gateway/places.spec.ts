import assert from "node:assert/strict";
import { maxConnections, maxConnectionsPerAddress, Places } from "../../gateway/places";

const takeMany = (places: Places, count: number, address: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => places.take(address(index))).filter(Boolean).length;

describe("places for connections", () => {
  it("are limited per address, and free again when one leaves", () => {
    const places = new Places();
    const taken = takeMany(places, maxConnectionsPerAddress + 5, () => "192.0.2.1");
    assert.equal(taken, maxConnectionsPerAddress);
    assert.equal(places.take("192.0.2.2"), true);
    places.leave("192.0.2.1");
    assert.equal(places.take("192.0.2.1"), true);
    assert.equal(places.take("192.0.2.1"), false);
  });

  it("are limited in all, loopback included", () => {
    const places = new Places();
    assert.equal(
      takeMany(places, maxConnections + 5, () => "127.0.0.1"),
      maxConnections,
    );
    assert.equal(places.take("192.0.2.1"), false);
    places.leave("127.0.0.1");
    assert.equal(places.take("192.0.2.1"), true);
    assert.equal(places.take("::1"), false);
  });
});
