"""The API calls by which the AWS provider makes a resource."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel

from graph import Resource
from shapes import ApiTarget, UnmappedError, fit

Properties = dict[str, Any]
# Consumes the inputs and yields calls such as ("ec2.CreateVpc", {"cidrBlock": "10.0.0.0/16"}).
Make = Callable[[Properties, Properties], Iterator[tuple[str, Properties]]]


@dataclass(frozen=True)
class Call:
    service: str
    operation: str
    parameters: Properties

    @property
    def model(self) -> OperationModel:
        return service_model(self.service).operation_model(self.operation)


@dataclass(frozen=True)
class Row:
    make: Make
    answers: dict[str, str]
    """Where the answer holds an output, as a JMESPath expression, by name of the output."""


ROWS: dict[str, Row] = {}

# What tells the provider how to work, and never reaches AWS.
PROVIDER_ONLY = (
    "tagsAll region skipDestroy forceDestroy forceDelete forceDetachPolicies revokeRulesOnDelete allowOverwrite "
    "trackLatest waitForSteadyState endpointAutoConfirms confirmationTimeoutInMinutes recoveryWindowInDays "
    "deletionWindowInDays bypassPolicyLockoutSafetyCheck"
).split()


def row(type_token: str, **answers: str) -> Callable[[Make], Make]:
    """Puts a function into the table."""

    def put(make: Make) -> Make:
        ROWS[type_token] = Row(make, answers)
        return make

    return put


def take(inputs: Properties, names: str, **renamed: str) -> Properties:
    """Consumes inputs: `names` as they are, `renamed` under another name. Those that are not set are left out."""
    wanted = {name: name for name in names.split()} | renamed
    return {to: inputs.pop(name) for to, name in wanted.items() if name in inputs}


def calls_of(resource: Resource) -> list[Call]:
    """Raises UnmappedError for a type without a row, and for an input that its row does not consume."""
    if resource.type not in ROWS:
        raise UnmappedError(f"{resource.type} has no row in the table of calls")
    inputs = {name: value for name, value in resource.inputs.items() if name not in PROVIDER_ONLY}
    made = list(ROWS[resource.type].make(inputs, resource.outputs))
    if inputs:
        raise UnmappedError(f"{resource.type}: no call takes {', '.join(inputs)}")
    return [call(name, parameters, resource) for name, parameters in made]


def call(name: str, parameters: Properties, resource: Resource) -> Call:
    service, operation = name.split(".")
    shape = service_model(service).operation_model(operation).input_shape
    return Call(service, operation, fit(parameters, ApiTarget(shape), f"{resource.type} -> {name}"))


@cache
def service_model(service: str):
    return botocore.session.get_session().get_service_model(service)
