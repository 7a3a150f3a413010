import assert from "node:assert/strict";
import { SingleFlight } from "../../shared/singleFlight";

describe("a single flight", () => {
  const deferred = () => {
    let resolve: (value: string) => void = () => assert.fail("not yet");
    const promise = new Promise<string>((settle) => {
      resolve = settle;
    });
    return { promise, resolve: (value: string) => resolve(value) };
  };

  it("is shared by all who ask for its key while it is under way", async () => {
    const flights = new SingleFlight<string>();
    const [first, other] = [deferred(), deferred()];
    const never = () => assert.fail("a second run");
    const asked = [flights.run("a", () => first.promise), flights.run("a", never)];
    const unrelated = flights.run("b", () => other.promise);
    first.resolve("one");
    other.resolve("two");
    assert.deepEqual(await Promise.all(asked), ["one", "one"]);
    assert.equal(await unrelated, "two");
  });

  it("ends with its result or its error, after which the next one starts", async () => {
    const flights = new SingleFlight<string>();
    await assert.rejects(
      flights.run("a", () => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(flights.get("a"), undefined);
    assert.equal(await flights.run("a", async () => "again"), "again");
  });

  it("is not joined after a change, and its end does not touch the next one", async () => {
    const flights = new SingleFlight<string>();
    const [before, after] = [deferred(), deferred()];
    const old = flights.run("a", () => before.promise);
    flights.clear();
    const fresh = flights.run("a", () => after.promise);
    before.resolve("old");
    assert.equal(await old, "old");
    assert.equal(flights.get("a"), fresh);
    after.resolve("new");
    assert.equal(await fresh, "new");
  });
});
