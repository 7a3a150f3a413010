import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Registered } from "../../mocks";
import { arn, dev, devStack, inputsOf, one, statements } from "../program";

const registry = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com";

describe("MediaMTX's image", () => {
  let resources: readonly Registered[];
  before(async () => {
    resources = await devStack();
  });
  const mediamtx = (all: readonly Registered[]) =>
    JSON.parse(String(one(all, "media-task-definition").inputs.containerDefinitions))[1].image;

  it("is copied from Docker Hub into a repository of the stack when it is deployed", () => {
    const { inputs } = one(resources, "mediamtx-image");
    assert.deepEqual(inputs.buildArgs, { MEDIAMTX_VERSION: "1.20.1" });
    assert.deepEqual(inputs.platforms, ["linux/arm64"]);
    assert.deepEqual(inputs.tags, [`${registry}/mediamtx-repository:1.20.1`]);
    assert.deepEqual([inputs.push, inputs.buildOnPreview], [true, false]);
    const { location } = inputs.dockerfile as { location: string };
    const dockerfile = join(__dirname, "../../..", location);
    assert.ok(existsSync(dockerfile), dockerfile);
    assert.match(
      readFileSync(dockerfile, "utf8"),
      /^FROM docker\.io\/bluenviron\/mediamtx:\$\{MEDIAMTX_VERSION\}$/m,
    );
  });

  it("is pulled from there by its digest, with permission for that repository", () => {
    assert.equal(mediamtx(resources), `${registry}/mediamtx-repository@sha256:${"0".repeat(64)}`);
    const pull = statements(resources, "media-task-execution-policy").find(
      ({ Action }: { Action: string[] }) => Action.includes("ecr:BatchGetImage"),
    );
    assert.deepEqual(pull.Resource, [
      arn("ecr", "repository/gateway-repository"),
      arn("ecr", "repository/mediamtx-repository"),
    ]);
  });

  it("may be pushed under a version again, when an earlier one is gone back to", () => {
    assert.deepEqual(inputsOf(resources, "mediamtx-repository"), {
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: "MUTABLE",
      forceDelete: true,
    });
  });

  it("is copied where the gateway's image alone is given", async () => {
    const given = await dev({ gatewayImage: "ghcr.io/example/gateway:1.0.0" });
    assert.match(mediamtx(given), /^\d{12}\.dkr\.ecr\..*\/mediamtx-repository@sha256:/);
  });

  it("may be given by its digest, and may then be pulled by the execution role", async () => {
    const mediamtxImage = `${registry}/other/mediamtx@sha256:${"a".repeat(64)}`;
    const given = await dev({ mediamtxImage });
    assert.equal(mediamtx(given), mediamtxImage);
    assert.deepEqual(
      given.filter(({ parent }) => parent.endsWith("::mediamtx")),
      [],
    );
    const pull = statements(given, "media-task-execution-policy").find(
      ({ Action }: { Action: string[] }) => Action.includes("ecr:BatchGetImage"),
    );
    assert.ok(pull.Resource.includes(arn("ecr", "repository/other/mediamtx")), `${pull.Resource}`);
  });

  it("needs no Docker and no repository of the stack where both images are given", async () => {
    const given = await dev({
      gatewayImage: "ghcr.io/example/gateway:1.0.0",
      mediamtxImage: `ghcr.io/example/mediamtx@sha256:${"a".repeat(64)}`,
    });
    assert.deepEqual(
      given.filter(({ type }) => type.startsWith("docker-build:") || type.startsWith("aws:ecr/")),
      [],
    );
    assert.doesNotMatch(JSON.stringify(statements(given, "media-task-execution-policy")), /ecr:/);
  });
});
