"""Puts values that are named as Pulumi does into the shapes of AWS's API models and CloudFormation's schemas."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.model import Shape


class UnmappedError(Exception):
    """A property has no place in AWS's model: the table lacks a row for it."""


class Target(Protocol):
    """What a value is put into."""

    @property
    def kind(self) -> str:
        """structure, list, map, json, or the name of a scalar type."""

    @property
    def members(self) -> "Mapping[str, Target]":
        """Of a structure."""

    @property
    def item(self) -> "Target":
        """Of a list."""


@dataclass(frozen=True)
class ApiTarget:
    """A shape of botocore's service models."""

    shape: Shape

    @property
    def kind(self) -> str:
        return self.shape.type_name

    @property
    def members(self) -> "dict[str, ApiTarget]":
        return {name: ApiTarget(shape) for name, shape in self.shape.members.items()}

    @property
    def item(self) -> "ApiTarget":
        return ApiTarget(self.shape.member)


@dataclass(frozen=True)
class SchemaTarget:
    """A JSON schema of CloudFormation's registry."""

    schema: dict[str, Any]
    root: dict[str, Any]

    @property
    def resolved(self) -> dict[str, Any]:
        reference = self.schema.get("$ref")
        return self.root["definitions"][reference.rpartition("/")[2]] if reference else self.schema

    @property
    def kind(self) -> str:
        kind = self.resolved.get("type", "object")
        if "properties" in self.resolved:
            return "structure"
        if isinstance(kind, list):
            return "json" if "object" in kind else kind[0]
        if kind == "object":
            return "map" if "patternProperties" in self.resolved else "json"
        return {"array": "list", "number": "float"}.get(kind, kind)

    @property
    def members(self) -> "dict[str, SchemaTarget]":
        return {name: SchemaTarget(schema, self.root) for name, schema in self.resolved["properties"].items()}

    @property
    def item(self) -> "SchemaTarget":
        return SchemaTarget(self.resolved["items"], self.root)


def fit(value: Any, target: Target, where: str) -> Any:
    """The value in the target's own names and types. Raises UnmappedError for a name that the target lacks."""
    kind = target.kind
    if kind == "structure" and isinstance(value, list) and len(value) == 1:
        return fit(value[0], target, where)
    if kind == "structure" and isinstance(value, dict):
        return {
            (name := member(target, key, where)): fit(item, target.members[name], f"{where}.{key}")
            for key, item in value.items()
            if item is not None
        }
    if kind == "list":
        return [fit(item, target.item, where) for item in items(value, target)]
    if kind == "json":
        return json.loads(value) if isinstance(value, str) and value.startswith("{") else value
    return scalar(value, kind)


def items(value: Any, target: Target) -> list[Any]:
    """Tags and dimensions are a map in Pulumi, blocks that stand alone are no list."""
    if isinstance(value, dict) and target.item.kind == "structure" and len(target.item.members) == 2:
        names = sorted(target.item.members, key=lambda name: name.lower().endswith("value"))
        if names[0].lower().endswith(("key", "name")) and names[1].lower().endswith("value"):
            return [dict(zip(names, pair, strict=True)) for pair in value.items()]
    return value if isinstance(value, list) else [value]


def member(target: Target, key: str, where: str) -> str:
    """The target's name for a key: the same but for upper case and the plural."""
    names = {name.lower(): name for name in target.members}
    lower = key.lower()
    found = next(
        (names[each] for each in (lower, f"{lower}s", lower.removesuffix("s")) if each in names), None
    )
    if found is None:
        raise UnmappedError(f"{where}.{key} has no place among {', '.join(names.values())}")
    return found


def scalar(value: Any, kind: str) -> Any:
    if kind == "string":
        if isinstance(value, bool):
            return str(value).lower()
        return json.dumps(value) if isinstance(value, dict | list) else str(value)
    if kind in ("integer", "long") and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value
