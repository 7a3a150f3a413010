import assert from "node:assert/strict";
import { partitionOf } from "../../automation/permissions/partition";

describe("the partition of a region", () => {
  for (const [region, partition] of [
    ["ap-southeast-2", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-west-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eu-isoe-west-1", "aws-iso-e"],
    ["us-isof-south-1", "aws-iso-f"],
    ["eusc-de-east-1", "aws-eusc"],
  ] as const) {
    it(`${region} is ${partition}`, () => assert.equal(partitionOf(region), partition));
  }
});
