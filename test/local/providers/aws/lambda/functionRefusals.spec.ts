import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployed } from "../../client";
import { emptyAccount } from "../../emptyAccount";
import { good } from "../../fixtures";

describe("what the account refuses of functions", () => {
  const { provider, deploy, roleOf } = emptyAccount();

  describe("a function in a VPC", () => {
    const vpcConfig = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
    const actions = ["Create", "Delete"].map((each) => `ec2:${each}NetworkInterface`);
    const policyOf = (...names: string[]) => ({
      role: "fn",
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: names, Resource: "*" }] }),
    });

    it("whose role may not manage network interfaces", async () => {
      const role = await roleOf("fn");
      const inVpc = good.function(role.outputs.arn, { vpcConfig });
      const lacks = (call: string) =>
        new RegExp(
          `InvalidParameterValueException: The provided execution role does not have permissions to call ${call} on EC2`,
        );
      await assert.rejects(deploy("function", inVpc), lacks("CreateNetworkInterface"));
      const policy = await deploy("rolePolicy", policyOf(...actions));
      await assert.rejects(deploy("function", inVpc), lacks("DescribeNetworkInterfaces"));
      await provider().update(policy, policyOf(...actions, "ec2:DescribeNetworkInterfaces"));
      const made = await deploy("function", inVpc);
      await provider().update(policy, policyOf("ec2:DescribeNetworkInterfaces"));
      await assert.rejects(
        provider().update(made, { ...inVpc, timeout: 9 }),
        lacks("CreateNetworkInterface"),
      );
    });

    it("but takes AWS's own policy for functions in VPCs", async () => {
      const role = await roleOf("fn");
      await deploy("attachment", {
        role: "fn",
        policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
      });
      await deploy("function", good.function(role.outputs.arn, { vpcConfig }));
    });
  });

  describe("reserved concurrency that leaves the account too little", () => {
    const limitOf = (limit: number) =>
      writeFileSync(
        join(provider().root, "account.yaml"),
        `lambdaConcurrentExecutions: ${limit}\n`,
      );
    const reserve = async (role: Deployed, name: string, reservedConcurrentExecutions: number) =>
      deploy("function", good.function(role.outputs.arn, { name, reservedConcurrentExecutions }));
    const belowMinimum = (minimum: number) =>
      new RegExp(
        "InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's " +
          `UnreservedConcurrentExecution below its minimum value of \\[${minimum}\\]`,
      );

    it("in a new account, which reserves none", async () => {
      limitOf(10);
      const role = await roleOf("fn");
      await assert.rejects(reserve(role, "a", 1), belowMinimum(10));
      await reserve(role, "b", -1);
      await reserve(role, "c", 0);
    });

    it("together with what other functions reserve, but not with its own reservation", async () => {
      limitOf(200);
      const role = await roleOf("fn");
      const first = await reserve(role, "a", 60);
      await assert.rejects(reserve(role, "b", 41), belowMinimum(100));
      await reserve(role, "b", 40);
      const inputs = good.function(role.outputs.arn, { name: "a" });
      await provider().update(first, { ...inputs, reservedConcurrentExecutions: 60, timeout: 9 });
      await assert.rejects(
        provider().update(first, { ...inputs, reservedConcurrentExecutions: 61 }),
        belowMinimum(100),
      );
    });
  });
});
