import assert from "node:assert/strict";
import { problemsOf } from "../planOf";
import { account, Stack } from "../stack";

const region = `ap-southeast-2:${account}`;
const group = `arn:aws:logs:${region}:log-group:flows`;
const role = `arn:aws:iam::${account}:role/flows`;
const user = `User: arn:aws:sts::${account}:assumed-role/flows/flow-log`;

describe("a flow log", () => {
  const trust = (condition: object) => ({
    Statement: {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: "vpc-flow-logs.amazonaws.com" },
      Condition: condition,
    },
  });
  const own = {
    StringEquals: { "aws:SourceAccount": account },
    ArnLike: { "aws:SourceArn": `arn:aws:ec2:${region}:vpc-flow-log/*` },
  };
  const write = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"];
  const withFlowLog = (statements: [string[], string][], condition: object = own) =>
    new Stack()
      .add("aws:iam/role:Role", "flows", {
        name: "flows",
        arn: role,
        assumeRolePolicy: JSON.stringify(trust(condition)),
      })
      .add("aws:iam/rolePolicy:RolePolicy", "flows-policy", { role: "flows", policy: "" })
      .allow("flows", ...statements)
      .add("aws:ec2/flowLog:FlowLog", "flow-log", {
        arn: `arn:aws:ec2:${region}:vpc-flow-log/fl-1`,
        iamRoleArn: role,
        logDestination: group,
        logDestinationType: "cloud-watch-logs",
      });
  const delivers = "flow log flow-log delivers nothing: Access error: ";

  it("delivers with the permissions on its group and that to list groups", () => {
    assert.deepEqual(
      problemsOf(
        withFlowLog([
          [write, `${group}:*`],
          [["logs:DescribeLogGroups"], "*"],
        ]),
      ),
      [],
    );
  });

  it("delivers nothing when logs:DescribeLogGroups is granted on a group, which grants nothing", () => {
    const statements: [string[], string][] = [[[...write, "logs:DescribeLogGroups"], `${group}:*`]];
    assert.deepEqual(problemsOf(withFlowLog(statements)), [
      `${delivers}${user} is not authorized to perform: logs:DescribeLogGroups on resource: ` +
        `arn:aws:logs:${region}:log-group::log-stream: because no identity-based policy allows the ` +
        "logs:DescribeLogGroups action",
    ]);
  });

  it("delivers nothing when its role trusts flow logs of another account only", () => {
    const other = { StringEquals: { "aws:SourceAccount": "210987654321" } };
    assert.deepEqual(problemsOf(withFlowLog([], other)), [
      `${delivers}vpc-flow-logs.amazonaws.com may not assume the role '${role}'`,
    ]);
  });
});
