import assert from "node:assert/strict";
import { ConnectionLimiter, type ConnectionSlot } from "../../../gateway/net/connectionLimiter";

const limits = { admitted: 6, admittedPerAddress: 3, pending: 8, pendingPerAddress: 4 };

describe("places for connections", () => {
  let limiter: ConnectionLimiter;
  let dropped: string[];
  beforeEach(() => {
    limiter = new ConnectionLimiter(limits);
    dropped = [];
  });

  /** Takes a place for `address`; its drop is noted as `name`. */
  const take = (address: string, name = address): ConnectionSlot | undefined =>
    limiter.acquire(address, () => dropped.push(name));
  const taken = (address: string, name?: string): ConnectionSlot =>
    take(address, name) ?? assert.fail();

  it("of one address that waits too often go to its newest", () => {
    for (const name of ["a", "b", "c", "d", "e"]) taken("192.0.2.1", name);
    assert.deepEqual(dropped, ["a"]);
    taken("192.0.2.2");
    assert.deepEqual(dropped, ["a"]);
  });

  it("that are all taken by waiting clients go to newcomers, from the address with most of them", () => {
    for (const name of ["a", "b", "c", "d"]) taken("192.0.2.1", name);
    for (const name of ["e", "f", "g"]) taken("192.0.2.2", name);
    taken("192.0.2.3", "honest");
    for (const name of ["h", "i", "j"]) taken("192.0.2.4", name);
    assert.deepEqual(dropped, ["a", "b", "e"]);
  });

  it("of equal crowds are taken from who has waited longest", () => {
    for (let index = 1; index <= 8; index++) taken(`192.0.2.${index}`);
    taken("192.0.2.9");
    assert.deepEqual(dropped, ["192.0.2.1"]);
  });

  it("of admitted clients are never given to another", () => {
    for (let count = 0; count < 3; count++) taken("192.0.2.1", "admitted").admit();
    for (let index = 2; index <= 9; index++) taken(`192.0.2.${index}`);
    for (let index = 2; index <= 9; index++) taken(`192.0.2.${index}`);
    assert.equal(dropped.length, 8);
    assert.equal(dropped.includes("admitted"), false);
  });

  it("for admitted clients are limited per address, and free again when one leaves", () => {
    const [first] = [1, 2, 3].map(() => {
      const slot = taken("192.0.2.1");
      slot.admit();
      return slot;
    });
    assert.equal(take("192.0.2.1"), undefined);
    assert.ok(take("192.0.2.2"));
    first?.release();
    assert.ok(take("192.0.2.1"));
  });

  it("for admitted clients are limited in all, loopback included", () => {
    const admitted = Array.from({ length: limits.admitted }, () => {
      const slot = taken("127.0.0.1");
      slot.admit();
      return slot;
    });
    assert.equal(take("192.0.2.1"), undefined);
    assert.equal(take("::1"), undefined);
    admitted[0]?.release();
    admitted[0]?.release();
    assert.ok(take("192.0.2.1"));
  });

  it("are given back once, whoever was dropped", () => {
    const first = taken("192.0.2.1", "first");
    for (const name of ["b", "c", "d", "e"]) taken("192.0.2.1", name);
    assert.deepEqual(dropped, ["first"]);
    first.release();
    first.admit();
    taken("192.0.2.1", "f");
    assert.deepEqual(dropped, ["first", "b"]);
  });
});
