import assert from "node:assert/strict";
import { ecrRepositoryArn } from "../../components/gatewayImage";
import type { Registered } from "../mocks";
import { arn, dev, devStack, one, statements } from "./program";

describe("gateway image", () => {
  let resources: readonly Registered[];
  before(async () => {
    resources = await devStack();
  });

  it("is built for the task's platform and pushed, not in previews", () => {
    const { inputs } = one(resources, "gateway-image");
    assert.deepEqual(inputs.context, { location: "gateway/bin" });
    assert.deepEqual(inputs.dockerfile, { location: "gateway/Dockerfile" });
    assert.deepEqual(inputs.platforms, ["linux/arm64"]);
    assert.equal(inputs.push, true);
    assert.equal(inputs.buildOnPreview, false);
    const [tag] = inputs.tags as string[];
    assert.match(tag ?? "", /amazonaws\.com\/gateway-repository:[0-9a-f]{16}$/);
    assert.match(
      JSON.stringify(inputs.registries),
      /"1b47061264138c4ac30d75fd1eb44270","value":"the registry password"/,
    );
  });

  it("lies in a repository that scans it and keeps its tags", () => {
    const { tags: _, ...inputs } = one(resources, "gateway-repository").inputs;
    assert.deepEqual(inputs, {
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: "IMMUTABLE",
      forceDelete: true,
    });
  });

  it("may be given, and then nothing is built and nothing pulled from a repository of ours", async () => {
    const gatewayImage = "ghcr.io/example/gateway:1.0.0";
    const given = await dev({ gatewayImage });
    assert.deepEqual(
      given.filter(({ parent }) => parent.endsWith("::gateway")),
      [],
    );
    const [gateway] = JSON.parse(
      String(one(given, "media-task-definition").inputs.containerDefinitions),
    );
    assert.equal(gateway.image, gatewayImage);
    assert.doesNotMatch(JSON.stringify(statements(given, "media-task-execution-policy")), /ecr:/);
  });

  it("is found in ECR by its name", () => {
    assert.equal(
      ecrRepositoryArn("123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/team/gateway:1.0.0"),
      arn("ecr", "repository/team/gateway"),
    );
    assert.equal(
      ecrRepositoryArn("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/gateway@sha256:00"),
      "arn:aws-cn:ecr:cn-north-1:123456789012:repository/gateway",
    );
    assert.equal(ecrRepositoryArn("ghcr.io/example/gateway:1.0.0"), "");
  });
});
