"""Faults, each planted into a graph to see that an oracle finds it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from graph import Resource

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    oracle: str
    what: str
    type: str
    """Of the resource, the first one of the graph."""
    change: Callable[[Inputs], Inputs]
    """Inputs that are to be put in place of the resource's own; None removes one."""


def statement(document: str, **change: Any) -> str:
    """A policy document whose first statement is changed."""
    policy = json.loads(document)
    policy["Statement"][0] |= change
    return json.dumps(policy)


ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
SUBNET, TASK = "aws:ec2/subnet:Subnet", "aws:ecs/taskDefinition:TaskDefinition"
FUNCTION, TARGETS = "aws:lambda/function:Function", "aws:lb/targetGroup:TargetGroup"
LOG_GROUP, BLOCK = (
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
)

FAULTS = (
    Fault("botocore", "a tag of 300 characters", ROLE, lambda _: {"tags": {"Owner": "x" * 300}}),
    Fault("botocore", "port 70000", TARGETS, lambda _: {"port": 70000}),
    Fault("botocore", "an unknown protocol", TARGETS, lambda _: {"protocol": "TCPS"}),
    Fault("botocore", "a role name with a space", ROLE, lambda _: {"name": "media role"}),
    Fault("botocore", "no VPC", SUBNET, lambda _: {"vpcId": None}),
    Fault("moto", "a subnet outside its VPC", SUBNET, lambda _: {"cidrBlock": "192.168.0.0/24"}),
    Fault("moto", "a name that begins with a hyphen", TARGETS, lambda _: {"name": "-begins-with-a-hyphen"}),
    Fault("cfn-lint", "an unknown runtime", FUNCTION, lambda _: {"runtime": "nodejs99.x"}),
    Fault(
        "cfn-lint",
        "CPU and memory that Fargate does not pair",
        TASK,
        lambda _: {"cpu": "256", "memory": "16384"},
    ),
    Fault(
        "cfn-lint", "a retention that CloudWatch does not offer", LOG_GROUP, lambda _: {"retentionInDays": 2}
    ),
    Fault(
        "parliament",
        "an action that does not exist",
        ROLE_POLICY,
        lambda inputs: {"policy": statement(inputs["policy"], Action="logs:PutLogEvent")},
    ),
    Fault(
        "parliament",
        "a condition key that does not exist",
        ROLE_POLICY,
        lambda inputs: {
            "policy": statement(inputs["policy"], Condition={"StringEquals": {"logs:Colour": "red"}})
        },
    ),
    Fault(
        "parliament",
        "a trust policy with an action that does not exist",
        ROLE,
        lambda inputs: {"assumeRolePolicy": statement(inputs["assumeRolePolicy"], Action="sts:AssumeRoll")},
    ),
    Fault("checkov", "a bucket that may be public", BLOCK, lambda _: {"blockPublicAcls": False}),
    Fault("checkov", "logs that are kept for ever", LOG_GROUP, lambda _: {"retentionInDays": None}),
    Fault(
        "checkov",
        "a role that may do everything",
        ROLE_POLICY,
        lambda inputs: {"policy": statement(inputs["policy"], Action="*", Resource="*")},
    ),
)


def planted(fault: Fault, resources: list[Resource]) -> list[Resource]:
    """The graph with the fault."""
    index = next(index for index, resource in enumerate(resources) if resource.type == fault.type)
    inputs = {**resources[index].inputs, **fault.change(resources[index].inputs)}
    faulty = replace(
        resources[index], inputs={name: value for name, value in inputs.items() if value is not None}
    )
    return [*resources[:index], faulty, *resources[index + 1 :]]
