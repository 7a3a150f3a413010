import assert from "node:assert/strict";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Queue } from "@pulumi/aws/sqs";
import { runProgram } from "./mocks";

describe("mock engine", () => {
  it("refuses two resources with one URN", async () => {
    const twice = async () => {
      new LogGroup("same");
      new LogGroup("same");
    };
    await assert.rejects(runProgram(twice, "dev"), /two resources have the URN .*::same/);
  });

  it("refuses a resource type that is not known", async () => {
    const unknown = async () => {
      new Queue("unknown");
    };
    await assert.rejects(runProgram(unknown, "dev"), /unknown resource type aws:sqs/);
  });
});
