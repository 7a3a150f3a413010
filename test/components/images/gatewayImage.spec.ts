import assert from "node:assert/strict";
import { ecrRepositoryArn } from "../../../components/images/givenImage";
import type { Registered } from "../../mocks";
import { dev, devStack, one, statements } from "../program";

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

  it("lies in a repository that scans it and takes a used tag again", () => {
    const { tags: _, ...inputs } = one(resources, "gateway-repository").inputs;
    assert.deepEqual(inputs, {
      imageScanningConfiguration: { scanOnPush: true },
      imageTagMutability: "MUTABLE",
      forceDelete: true,
    });
  });

  it("may be given, and then none is built, nor pulled from a repository of ours", async () => {
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
    assert.doesNotMatch(
      JSON.stringify(statements(given, "media-task-execution-policy")),
      /repository\/gateway/,
    );
  });

  for (const [host, partition, region] of [
    ["dkr.ecr.ap-southeast-2.amazonaws.com", "aws", "ap-southeast-2"],
    ["dkr.ecr-fips.us-east-1.amazonaws.com", "aws", "us-east-1"],
    ["dkr-ecr.eu-west-1.on.aws", "aws", "eu-west-1"],
    ["dkr-ecr-fips.us-gov-west-1.on.aws", "aws-us-gov", "us-gov-west-1"],
    ["dkr.ecr.us-gov-east-1.amazonaws.com", "aws-us-gov", "us-gov-east-1"],
    ["dkr.ecr.cn-north-1.amazonaws.com.cn", "aws-cn", "cn-north-1"],
    ["dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", "aws-cn", "cn-north-1"],
  ] as const) {
    it(`is found in ECR by ${host}`, () => {
      for (const end of [":1.0.0", `@sha256:${"0".repeat(64)}`]) {
        assert.equal(
          ecrRepositoryArn(`123456789012.${host}/team/gateway${end}`, partition),
          `arn:${partition}:ecr:${region}:123456789012:repository/team/gateway`,
        );
      }
    });
  }

  it("is not taken for one in ECR by a name that only looks like it", () => {
    for (const image of [
      "ghcr.io/example/gateway:1.0.0",
      "public.ecr.aws/example/gateway:1.0.0",
      "123456789012.dkr.ecr.us-east-1.amazonaws.com.example.org/gateway:1.0.0",
      "example.org/123456789012.dkr.ecr.us-east-1.amazonaws.com/gateway:1.0.0",
    ]) {
      assert.equal(ecrRepositoryArn(image, "aws"), "", image);
    }
  });

  it("in ECR may be pulled by the execution role", async () => {
    const gatewayImage = "210987654321.dkr-ecr.ap-southeast-2.on.aws/gateway:1.0.0";
    const given = await dev({ gatewayImage });
    assert.match(
      JSON.stringify(statements(given, "media-task-execution-policy")),
      /arn:aws:ecr:ap-southeast-2:210987654321:repository\/gateway/,
    );
  });
});
