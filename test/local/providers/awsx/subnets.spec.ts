import assert from "node:assert/strict";
import * as fc from "fast-check";
import { planSubnets, type SubnetSpec } from "../../../../local/providers/awsx/subnets";
import {
  contains,
  formatIpv4Network,
  overlaps,
  parseIpv4Network,
} from "../../../../shared/networks";

const zones = ["a", "b", "c"];
const cidr = (text: string) => {
  const parsed = parseIpv4Network(text);
  assert.ok(parsed, text);
  return parsed;
};

const spec: fc.Arbitrary<SubnetSpec> = fc.record(
  {
    type: fc.constantFrom("Public" as const, "Private" as const, "Isolated" as const),
    cidrMask: fc.integer({ min: 16, max: 28 }),
  },
  { requiredKeys: ["type"] },
);

describe("the subnets of awsx:ec2:Vpc", () => {
  it("lie inside the block, never overlap and have the wanted size, or do not fit", () => {
    let planned = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 24 }),
        fc.integer({ min: 0, max: 2 ** 16 - 1 }),
        fc.integer({ min: 1, max: 3 }),
        fc.option(fc.array(spec, { minLength: 1, maxLength: 5 }), { nil: undefined }),
        fc.constantFrom("Legacy" as const, "Auto" as const),
        (maskLength, seed, count, specs, strategy) => {
          const size = 2 ** (32 - maskLength);
          const block = { base: 10 * 2 ** 24 + Math.floor((seed * 256) / size) * size, maskLength };
          let plan: ReturnType<typeof planSubnets>;
          try {
            plan = planSubnets(
              "v",
              formatIpv4Network(block),
              zones.slice(0, count),
              specs,
              strategy,
            );
          } catch (error) {
            assert.match((error as Error).message, /do not fit into|allowed: 16 to 28/);
            return;
          }
          planned++;
          assert.equal(plan.length, count * (specs?.length ?? 2));
          const ranges = plan.map((subnet) => cidr(subnet.cidrBlock));
          for (const [at, range] of ranges.entries()) {
            assert.ok(contains(block, range));
            assert.ok(ranges.every((other, index) => index === at || !overlaps(range, other)));
          }
          for (const wanted of specs ?? []) {
            if (wanted.cidrMask !== undefined) {
              assert.ok(ranges.filter((r) => r.maskLength === wanted.cidrMask).length >= count);
            }
          }
        },
      ),
    );
    assert.ok(planned > 20, `only ${planned} plans fitted`);
  });

  it("are a half and a quarter of each zone's range when nothing is said", () => {
    assert.deepEqual(
      planSubnets("net", "10.0.0.0/16", ["a", "b"], undefined, "Legacy").map(
        ({ name, cidrBlock, zone }) => [name, cidrBlock, zone],
      ),
      [
        ["net-private-1", "10.0.0.0/18", "a"],
        ["net-public-1", "10.0.64.0/19", "a"],
        ["net-private-2", "10.0.128.0/18", "b"],
        ["net-public-2", "10.0.192.0/19", "b"],
      ],
    );
  });

  it("keep the given order and names with strategy Auto", () => {
    const specs: SubnetSpec[] = [
      { type: "Public", cidrMask: 24 },
      { type: "Private", cidrMask: 20, name: "tasks" },
    ];
    assert.deepEqual(
      planSubnets("net", "10.0.0.0/16", ["a"], specs, "Auto").map(({ name, cidrBlock }) => [
        name,
        cidrBlock,
      ]),
      [
        ["net-public-1", "10.0.0.0/24"],
        ["net-tasks-1", "10.0.16.0/20"],
      ],
    );
  });

  it("stay where they are when a zone is added, if each zone's range has a size of its own", () => {
    const specs: SubnetSpec[] = [{ type: "Private" }, { type: "Public" }];
    const plan = (count: number) =>
      planSubnets("net", "10.0.0.0/16", zones.slice(0, count), specs, "Auto", 18).map(
        ({ name, cidrBlock }) => [name, cidrBlock],
      );
    assert.deepEqual(plan(1), [
      ["net-private-1", "10.0.0.0/19"],
      ["net-public-1", "10.0.32.0/19"],
    ]);
    assert.deepEqual(plan(2).slice(0, 2), plan(1));
    assert.deepEqual(plan(3).slice(0, 4), plan(2));
  });

  it("refuse ranges of zones that are larger than the block", () => {
    assert.throws(
      () => planSubnets("net", "10.0.0.0/16", zones, undefined, "Auto", 17),
      /3 zones of \/17 do not fit into 10\.0\.0\.0\/16/,
    );
  });

  it("refuse a block that is no CIDR", () => {
    assert.throws(
      () => planSubnets("net", "10.0.0.1/16", ["a"], undefined, "Auto"),
      /host bits zero/,
    );
  });
});

describe("CIDR notation", () => {
  it("is read as it is written", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: 0, max: 32 }),
        (ip, mask) => {
          const size = 2 ** (32 - mask);
          const block = { base: Math.floor(ip / size) * size, maskLength: mask };
          assert.deepEqual(parseIpv4Network(formatIpv4Network(block)), block);
        },
      ),
    );
  });

  for (const text of [
    "10.0.0.0",
    "256.0.0.0/8",
    "10.0.0.0/33",
    "10.0.0.1/31",
    "::/0",
    "a.b.c.d/8",
  ]) {
    it(`is not ${text}`, () => assert.equal(parseIpv4Network(text), undefined));
  }
});
