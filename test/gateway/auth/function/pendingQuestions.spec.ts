import assert from "node:assert/strict";
import { PendingQuestions } from "../../../../gateway/auth/function/pendingQuestions";

describe("questions under way", () => {
  it("a full pool takes the oldest of the address with most, and nobody else's", () => {
    const pending = new PendingQuestions();
    const dropped: string[] = [];
    const add = (address: string, name: string) => pending.add(address, () => dropped.push(name));
    add("198.51.100.1", "honest");
    for (let one = 0; one < 10; one++) {
      for (let n = 0; n < 999; n++) add(`192.0.2.${one}`, `${one}-${n}`);
    }
    for (let n = 0; n < 9; n++) add(`203.0.113.${n}`, "other");
    assert.deepEqual(dropped, []);
    add("198.51.100.2", "late");
    assert.deepEqual(dropped, ["0-0"]);
    add("198.51.100.3", "later");
    assert.deepEqual(dropped, ["0-0", "1-0"]);
  });

  it("an address has a thousand places, loopback as many as there are", () => {
    const pending = new PendingQuestions();
    const dropped: number[] = [];
    for (let n = 0; n < 1_001; n++)
      pending.add(`2001:db8::${n.toString(16)}`, () => dropped.push(n));
    assert.deepEqual(dropped, [0]);
    for (let n = 0; n < 5_000; n++) pending.add("127.0.0.1", () => assert.fail());
  });

  it("a place that was given back is free", () => {
    const pending = new PendingQuestions();
    for (let n = 0; n < 3_000; n++) pending.add("192.0.2.1", () => assert.fail())();
  });
});
