import assert from "node:assert/strict";
import { type Protocol, type ProtocolKey, protocols } from "../../shared/protocols";
import type { Registered } from "../mocks";
import { arn, dev, devStack, ofType, one } from "./program";

/** A resource without what differs between two runs by design. */
const essence = ({ urn, type, parent, inputs, protect }: Registered) => ({
  urn,
  type,
  parent,
  inputs,
  protect,
});

const byUrn = (resources: readonly Registered[]) =>
  new Map(resources.map((resource) => [resource.urn, essence(resource)]));

describe("plaintext ports", () => {
  let resources: readonly Registered[];
  let insecure: readonly Registered[];
  before(async () => {
    resources = await devStack();
    insecure = await dev({ enableInsecurePorts: "true" });
  });

  it("add two listeners and their rules, tell the auth function, and change nothing else", () => {
    const [before, after] = [byUrn(resources), byUrn(insecure)];
    const authFunction = one(resources, "auth-handler").urn;
    for (const [urn, resource] of before) {
      if (urn !== authFunction) assert.deepEqual(after.get(urn), resource);
    }
    const told = (all: readonly Registered[]) =>
      JSON.stringify(one(all, "auth-handler").inputs).replace(
        /"ENABLE_INSECURE_PORTS":"(true|false)"/,
        "$1",
      );
    assert.equal(told(insecure), told(resources).replace("false", "true"));
    const added = insecure.filter(({ urn }) => !before.has(urn));
    assert.deepEqual(
      added.map(({ name, inputs }) => [name, inputs.port ?? inputs.fromPort]).sort(),
      [
        ["listeners-rtmp-plain", 1935],
        ["listeners-rtmp-plain-from-0.0.0.0-0", 1935],
        ["listeners-rtsp-plain", 8554],
        ["listeners-rtsp-plain-from-0.0.0.0-0", 8554],
      ],
    );
  });

  it("share the target groups of the secure ports", () => {
    assert.equal(ofType(insecure, "TargetGroup").length, 5);
    const plain = ofType(insecure, "Listener").find(({ name }) => name.endsWith("rtmp-plain"));
    assert.equal(plain?.inputs.protocol, "TCP");
    assert.deepEqual(plain?.inputs.defaultActions, [
      {
        type: "forward",
        targetGroupArn: arn("elasticloadbalancing", "targetgroup/listeners-rtmp/1"),
      },
    ]);
  });

  it("leave the task definition byte by byte the same", () => {
    const definition = (all: readonly Registered[]) =>
      JSON.stringify(one(all, "media-task-definition").inputs);
    assert.equal(definition(insecure), definition(resources));
  });

  it("show in the stack's outputs", () => {
    const urls = one(insecure, "tak-media-infra-dev").outputs?.urls as Record<string, string>;
    assert.match(urls["rtmp-plain"] ?? "", /^rtmp:\/\/.*:1935$/);
    assert.match(urls["rtsp-plain"] ?? "", /^rtsp:\/\/.*:8554$/);
  });
});

describe("a new row in the protocol table", () => {
  let resources: readonly Registered[];
  before(async () => {
    resources = await devStack();
  });

  it("adds resources, and renames or replaces none", async () => {
    const row: Protocol = {
      key: "whip" as ProtocolKey,
      basePort: 8889,
      secure: { port: 8889, listener: "TLS", scheme: "https" },
      target: "TCP",
    };
    const table = protocols as Protocol[];
    table.unshift(row);
    const after = await dev().finally(() => table.shift());

    const grown = byUrn(after);
    const changed = resources
      .filter((resource) => {
        const now = grown.get(resource.urn);
        return JSON.stringify(now) !== JSON.stringify(essence(resource));
      })
      .map(({ name }) => name);
    assert.deepEqual(changed.sort(), ["media-service", "media-task-definition"]);
    const known = byUrn(resources);
    assert.deepEqual(
      after
        .filter(({ urn }) => !known.has(urn))
        .map(({ name }) => name)
        .sort(),
      [
        "listeners-whip",
        "listeners-whip",
        "listeners-whip-from-0.0.0.0-0",
        "media-firewall-whip-ingress",
        "media-firewall-whip-load-balancer-egress",
      ],
    );
  });
});
