import assert from "node:assert/strict";
import fc from "fast-check";
import { parseContext } from "../../../cli/deployment/context";
import { type Key, type KeyType, keys } from "../../../config/keys";
import { caCertificate } from "../../caCertificate";

const table: [string, Key<unknown>][] = Object.entries(keys);

describe("--context", () => {
  it("takes the guide's examples", () => {
    const { args, faults } = parseContext([
      ...["enableInsecurePorts=true", "mediamtx.cpu=2048", "mediamtx.memory=4096"],
    ]);
    assert.deepEqual(faults, []);
    assert.deepEqual(args, { enableInsecurePorts: true, mediamtxCpu: 2048, mediamtxMemory: 4096 });
  });

  it("takes every key's example, and gives it the key's type", () => {
    for (const [name, { example: written, format, type }] of table) {
      // What a shell puts in its place.
      const example = written.replace('"$(cat ca.pem)"', caCertificate);
      const { args, faults } = parseContext([`${name}=${example}`]);
      assert.deepEqual(faults, [], name);
      const texts: Partial<Record<KeyType, string>> = {
        array: JSON.stringify([example]),
        object: JSON.stringify(Object.fromEntries([example.split("=")])),
      };
      assert.deepEqual(args, { [name]: format.read(texts[type] ?? example) });
    }
  });

  it("separates the items of a list by commas", () => {
    const { args } = parseContext(["allowedCidrs=203.0.113.0/24, 198.51.100.0/24"]);
    assert.deepEqual(args, { allowedCidrs: ["203.0.113.0/24", "198.51.100.0/24"] });
  });

  it("separates the entries of an object by commas, each with its value", () => {
    const { args } = parseContext(["tags=CostCentre=4711,Team=video"]);
    assert.deepEqual(args, { tags: { CostCentre: "4711", Team: "video" } });
    assert.equal(parseContext(["tags=CostCentre"]).faults.length, 1);
  });

  it("names all faults: what is unknown, not allowed, empty or given twice", () => {
    const { args, faults } = parseContext([
      "enableInsecurePort=true",
      "mediamtx.cpu=300",
      "zones",
      "=3",
      "mediamtxMemory=4096",
      "mediamtx.memory=2048",
      "allowedCidrs=10.0.0.0/33",
    ]);
    assert.deepEqual(args, { mediamtxMemory: 4096 });
    assert.deepEqual(
      faults.map(({ key, problem }) => `${key} ${problem}`),
      [
        "enableInsecurePort is not a key of this project",
        "mediamtx.cpu is 300",
        "zones has no value",
        " is not a key of this project",
        "mediamtx.memory is given twice",
        "allowedCidrs is 10.0.0.0/33",
      ],
    );
    assert.match(faults[0]?.allowed ?? "", /did you mean "enableInsecurePorts"/);
  });

  it("does not show a value that may be a secret", () => {
    const { faults } = parseContext(["cloudtakSigningSecretArn=canary-value"]);
    assert.equal(faults.length, 1);
    assert.doesNotMatch(JSON.stringify(faults), /canary-value/);
  });

  it("answers any text with a value or a fault", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (entries) => {
        const { args, faults } = parseContext(entries);
        assert.equal(Object.keys(args).length + faults.length, entries.length);
      }),
    );
  });
});
