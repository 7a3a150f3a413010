/** What the local cloud asks IAM for when it makes, changes and deletes resources. */
import assert from "node:assert/strict";
import { requestsOf } from "../../automation/permissions/requests";

const place = { account: "123456789012", region: "ap-southeast-2", partition: "aws" };
const arn = (end: string) => `arn:aws:ec2:ap-southeast-2:123456789012:${end}`;
const own = { Project: "tak-media-infra", Stack: "prod" };
const carried = { "aws:resourcetag/project": "tak-media-infra", "aws:resourcetag/stack": "prod" };
const given = { "aws:requesttag/project": "tak-media-infra", "aws:requesttag/stack": "prod" };

describe("the requests of an operation", () => {
  const tagsOf = (id: string) => (id === "rtb-own" ? own : {});

  it("say of a resource that carries no tags of its own those of what it belongs to", () => {
    const request = (routeTableId: string) =>
      requestsOf("aws:ec2/route:Route", "delete", { routeTableId }, place, tagsOf);
    assert.deepEqual(request("rtb-own"), [
      { action: "ec2:DeleteRoute", resource: arn("route-table/rtb-own"), context: carried },
    ]);
    assert.deepEqual(request("rtb-theirs"), [
      { action: "ec2:DeleteRoute", resource: arn("route-table/rtb-theirs"), context: {} },
    ]);
  });

  it("say of a new resource the tags of the request, and in which action it is tagged", () => {
    const properties = { arn: arn("route-table/rtb-new"), vpcId: "vpc-1", tagsAll: own };
    const requests = requestsOf(
      "aws:ec2/routeTable:RouteTable",
      "create",
      properties,
      place,
      tagsOf,
    );
    assert.deepEqual(requests, [
      { action: "ec2:DescribeRouteTables", resource: "*", context: {} },
      { action: "ec2:CreateRouteTable", resource: arn("route-table/rtb-new"), context: given },
      {
        action: "ec2:CreateTags",
        resource: arn("*"),
        context: { "ec2:createaction": "CreateRouteTable" },
      },
      { action: "ec2:CreateRouteTable", resource: arn("vpc/vpc-1"), context: {} },
    ]);
  });

  it("tell a rule from the group that it is in", () => {
    const properties = {
      arn: arn("security-group-rule/sgr-1"),
      securityGroupId: "sg-theirs",
      tagsAll: own,
    };
    const requests = requestsOf(
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "delete",
      properties,
      place,
      tagsOf,
    );
    assert.deepEqual(requests, [
      {
        action: "ec2:RevokeSecurityGroupIngress",
        resource: arn("security-group/sg-theirs"),
        context: {},
      },
    ]);
  });
});
