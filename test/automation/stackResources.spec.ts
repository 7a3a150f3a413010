import assert from "node:assert/strict";
import { deployedResources, plannedResources } from "../../automation/stackResources";

const urn = (type: string, name: string) => `urn:pulumi:dev::tak-media-infra::${type}::${name}`;
const stack = { urn: urn("pulumi:pulumi:Stack", "it-dev"), type: "pulumi:pulumi:Stack" };
const provider = {
  urn: urn("pulumi:providers:aws", "default"),
  type: "pulumi:providers:aws",
  custom: true,
  inputs: { region: "us-east-1" },
};
const key = {
  urn: urn("aws:kms/key:Key", "key"),
  type: "aws:kms/key:Key",
  id: "key-id",
  custom: true,
  parent: stack.urn,
  inputs: { description: "old" },
  outputs: { description: "new", arn: "arn:key" },
  propertyDependencies: { policy: [stack.urn], tags: null },
};
const read = {
  urn: key.urn,
  type: key.type,
  name: "key",
  parent: stack.urn,
  id: "key-id",
  custom: true,
  properties: { description: "new", arn: "arn:key" },
  dependencies: { policy: [stack.urn], tags: [] },
};

describe("the resources of a stack", () => {
  it("are read from a deployment, with region and dependencies, without providers", () => {
    const replaced = { ...key, delete: true, outputs: { description: "dead" } };
    const found = deployedResources({
      deployment: { resources: [stack, provider, replaced, key] },
    });
    assert.equal(found.stack, "dev");
    assert.equal(found.region, "us-east-1");
    assert.deepEqual(found.resources.slice(1), [read]);
    assert.equal(found.resources[0]?.custom, false);
  });

  it("are read from a plan: each once, without those that go", () => {
    const gone = { ...key, urn: urn(key.type, "gone") };
    const found = plannedResources({
      config: { "aws:region": "ap-southeast-2" },
      steps: [
        { op: "create", newState: stack },
        { op: "create-replacement", newState: key },
        { op: "replace", newState: key },
        { op: "delete-replaced", oldState: key },
        { op: "delete", oldState: gone, newState: gone },
      ],
    });
    assert.equal(found.region, "ap-southeast-2");
    assert.deepEqual(found.resources.slice(1), [read]);
  });

  it("are not found where nothing is deployed or planned", () => {
    for (const nothing of [null, {}, { deployment: {} }, { deployment: { resources: [] } }]) {
      assert.throws(() => deployedResources(nothing), /nothing is deployed/);
    }
    assert.throws(() => plannedResources({}), /no plan/);
    assert.throws(() => plannedResources({ steps: [] }), /holds no resources/);
  });
});
