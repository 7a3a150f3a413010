"""botocore's service models: the parameters of each call against names, types, lengths, ranges, patterns, enums."""

from collections.abc import Iterator
from typing import Any

import regex
from botocore.model import Shape
from botocore.validate import ParamValidator

from calls import calls_of
from findings import Finding
from graph import Resource


def check(resources: list[Resource]) -> Iterator[Finding]:
    for resource in resources:
        for call in calls_of(resource):
            shape = call.model.input_shape
            where = f"{call.service}.{call.operation}"
            # botocore itself stops at names, types and lower bounds.
            report = ParamValidator().validate(call.parameters, shape).generate_report()
            messages = [*report.splitlines(), *constraints(call.parameters, shape, "")]
            for message in messages:
                yield Finding("botocore", where, resource.type, resource.name, message)


def constraints(value: Any, shape: Shape, path: str) -> Iterator[str]:
    """Violations of upper bounds, patterns and enums."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                yield from constraints(item, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        yield from above(len(value), shape, path)
        for index, item in enumerate(value):
            yield from constraints(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map" and isinstance(value, dict):
        yield from above(len(value), shape, path)
        for name, item in value.items():
            yield from constraints(name, shape.key, f"{path} key")
            yield from constraints(item, shape.value, f"{path}.{name}")
    elif isinstance(value, str):
        yield from above(len(value), shape, path)
        yield from unlisted(value, shape, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from above(value, shape, path)


def above(size: float, shape: Shape, path: str) -> Iterator[str]:
    limit = shape.metadata.get("max")
    if limit is not None and size > limit:
        yield f"{path} is {size}, at most {limit} ({shape.name})"


def unlisted(text: str, shape: Shape, path: str) -> Iterator[str]:
    enum = shape.metadata.get("enum")
    if enum and text not in enum:
        yield f"{path} is {text!r}, one of {', '.join(enum)}"
    pattern = shape.metadata.get("pattern")
    # Java's notation, which Python's own module cannot read.
    if pattern and not regex.fullmatch(f"(?:{pattern})", text):
        yield f"{path} is {text!r}, must match {pattern} ({shape.name})"
