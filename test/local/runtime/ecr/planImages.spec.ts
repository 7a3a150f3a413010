import assert from "node:assert/strict";
import { join } from "node:path";
import { plan } from "../../../../local/runtime/plan/plan";
import { account, Stack } from "../stack";

const checkout = join(__dirname, "../../../..");
const copies = `${account}.dkr.ecr.ap-southeast-2.amazonaws.com/mediamtx`;
const digest = `sha256:${"1".repeat(64)}`;

describe("the copy of MediaMTX's image in the stack's own repository", () => {
  const pull = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
  const stack = (dockerfile: object) =>
    new Stack()
      .add("aws:ecr/repository:Repository", "mediamtx-repository", { repositoryUrl: copies })
      .add("docker-build:index:Image", "mediamtx-image", {
        dockerfile,
        buildArgs: { MEDIAMTX_VERSION: "1.20.1" },
        tags: [`${copies}:1.20.1`],
        digest,
      })
      .allow(
        "execution",
        [["ecr:GetAuthorizationToken", "logs:*", "secretsmanager:GetSecretValue"], "*"],
        [pull, `arn:aws:ecr:ap-southeast-2:${account}:repository/*`],
      )
      .editContainer("mediamtx", { image: `${copies}@${digest}` });
  const planned = (made: Stack) => plan(made.list(), { checkout });
  const imageOf = (made: Stack) => planned(made).tasks[0]?.containers[1]?.image;

  it("is run as MediaMTX of the version that its Dockerfile starts from", () => {
    const ours = { location: "gateway/mediamtx/image/Dockerfile" };
    assert.deepEqual(imageOf(stack(ours)), { kind: "mediamtx", version: "1.20.1" });
    const inline = { inline: "FROM --platform=linux/arm64 bluenviron/mediamtx:1.19.0\n" };
    assert.deepEqual(imageOf(stack(inline)), { kind: "mediamtx", version: "1.19.0" });
    assert.deepEqual(imageOf(stack({ inline: "FROM scratch\n" })), { kind: "gateway" });
  });

  it("needs no way to Docker Hub, only to ECR, when a task starts", () => {
    const made = stack({ location: "gateway/mediamtx/image/Dockerfile" });
    const { problems } = planned(made.remove("private-route"));
    assert.ok(problems.some((problem) => problem.includes("pull its image from ECR")));
    assert.deepEqual(
      problems.filter((problem) => problem.includes("docker.io")),
      [],
    );
  });
});
