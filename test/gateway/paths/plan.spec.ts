import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ConfiguredPath, PathOwner } from "../../../gateway/paths/configurations";
import { planPaths } from "../../../gateway/paths/plan";
import { leaseSettings, type PathSettings } from "../../../gateway/paths/settings";

const source = { source: "rtsp://camera.example/x", sourceOnDemand: true };
const other = { ...source, source: "rtsp://other.example/x" };

const configured = (
  owner: PathOwner,
  settings: PathSettings,
  over: Partial<ConfiguredPath> = {},
): ConfiguredPath => ({ owner, settings, changedAt: 1, isApplied: true, ...over });

const plan = (
  wanted: Record<string, PathSettings>,
  have: Record<string, ConfiguredPath>,
  askedAt = 2,
) => planPaths(new Map(Object.entries(wanted)), new Map(Object.entries(have)), askedAt);

describe("path plan", () => {
  it("configures what a lease needs, and nothing when that is there", () => {
    const replace = { kind: "replace", path: "a", settings: source, owner: "lease" };
    assert.deepEqual(plan({ a: source }, {}), [replace]);
    assert.deepEqual(plan({ a: source }, { a: configured("lease", other) }), [replace]);
    assert.deepEqual(plan({ a: source }, { a: configured("lease", source) }), []);
  });

  it("removes what a lease has left behind, before all else", () => {
    assert.deepEqual(
      plan({ b: source }, { a: configured("lease", source) }).map(({ kind, path }) => kind + path),
      ["removea", "replaceb"],
    );
  });

  it("leaves alone what CloudTAK or an administrator has configured without a lease", () => {
    const have = {
      a: configured("cloudtak", source),
      b: configured("administrator", source),
    };
    assert.deepEqual(plan({}, have), []);
  });

  it("takes over what CloudTAK has configured for a lease, never what an administrator has", () => {
    assert.deepEqual(plan({ a: source }, { a: configured("cloudtak", source) }), [
      { kind: "replace", path: "a", settings: source, owner: "lease" },
    ]);
    assert.deepEqual(plan({ a: source }, { a: configured("administrator", other) }), []);
  });

  it("believes no list that is older than a configuration", () => {
    const changedAt = 3;
    assert.deepEqual(plan({}, { a: configured("lease", source, { changedAt }) }), []);
    assert.deepEqual(plan({ a: other }, { a: configured("cloudtak", source, { changedAt }) }), []);
  });

  it("makes again all that a restarted MediaMTX has lost, except what is not wanted any more", () => {
    const lost = { isApplied: false };
    const have = {
      a: configured("lease", source, lost),
      b: configured("administrator", other, lost),
      c: configured("lease", source, lost),
    };
    assert.deepEqual(
      plan({ a: source }, have).map((one) => [one.kind, one.path]),
      [
        ["remove", "c"],
        ["replace", "a"],
        ["replace", "b"],
      ],
    );
  });

  const settings = fc.constantFrom<PathSettings>(source, other, { record: true });
  const paths = fc.constantFrom("a", "b", "c", "d", "e");
  const owners = fc.constantFrom<PathOwner>("lease", "cloudtak", "administrator");
  const entry = fc
    .record({ owner: owners, settings, isApplied: fc.boolean() })
    .map((given) => ({ ...given, changedAt: 1 }));
  const state = [fc.dictionary(paths, settings), fc.dictionary(paths, entry)] as const;

  it("leads to where nothing is left to do, and removes nobody else's", () => {
    fc.assert(
      fc.property(...state, (wanted, before) => {
        const after: Record<string, ConfiguredPath> = { ...before };
        for (const operation of plan(wanted, before)) {
          const { path } = operation;
          if (operation.kind === "remove") {
            assert.equal(before[path]?.owner, "lease");
            assert.equal(wanted[path], undefined);
            delete after[path];
          } else {
            after[path] = configured(operation.owner, operation.settings);
          }
        }
        assert.deepEqual(plan(wanted, after), []);
        for (const [path, { owner, settings: kept }] of Object.entries(before)) {
          if (owner === "administrator") assert.deepEqual(after[path]?.settings, kept);
          if (owner === "cloudtak") assert.ok(after[path]);
        }
        for (const [path, needed] of Object.entries(wanted)) {
          if (before[path]?.owner === "administrator") continue;
          assert.deepEqual(after[path], configured("lease", needed));
        }
      }),
    );
  });
});

describe("settings of a lease", () => {
  it("are none without proxy and recording", () => {
    assert.equal(leaseSettings({ proxy: null, recording: false }), undefined);
  });

  it("pull a proxy while somebody watches, and always when it is recorded", () => {
    const proxy = "rtsp://camera.example/x";
    assert.deepEqual(leaseSettings({ proxy, recording: false }), source);
    assert.deepEqual(leaseSettings({ proxy, recording: true }), {
      source: proxy,
      sourceOnDemand: false,
      record: true,
      recordFormat: "fmp4",
      recordPartDuration: "1s",
      recordSegmentDuration: "1h",
    });
  });
});
