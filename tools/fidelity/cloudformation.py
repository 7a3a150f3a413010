"""A graph as a CloudFormation template, for tools that read templates."""

import re
from dataclasses import dataclass
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from calls import PROVIDER_ONLY, Properties
from cloudformation_rows import ROWS, Row
from graph import Resource
from shapes import SchemaTarget, UnmappedError, fit


@dataclass(frozen=True)
class Template:
    body: dict[str, Any]
    resources: dict[str, Resource]
    """By logical id."""


def template_of(resources: list[Resource], region: str) -> Template:
    """Raises UnmappedError for a type without a row, and for a property that CloudFormation does not have."""
    entries: dict[str, dict[str, Any]] = {}
    made: dict[str, Resource] = {}
    by_id: dict[str, str] = {}
    names: dict[str, Any] = {}
    for resource in resources:
        row = row_of(resource)
        inputs = {name: value for name, value in resource.inputs.items() if name not in PROVIDER_ONLY}
        whole = by_id[inputs.pop(row.part_of)] if row.part_of else None
        named = row.make(inputs, resource.outputs)
        if named is None:
            continue
        if inputs:
            raise UnmappedError(f"{resource.type} -> {row.type}: no property takes {', '.join(inputs)}")
        properties = referring(fitted(row, named, resource, region), names)
        if whole:
            entries[whole]["Properties"] |= properties
            continue
        logical_id = re.sub(r"[^A-Za-z0-9]", "", f"{row.type.rpartition('::')[2]}{resource.name.title()}")
        entries[logical_id] = {"Type": row.type, "Properties": properties}
        made[logical_id] = resource
        by_id[resource.outputs["id"]] = logical_id
        for output, attribute in row.attributes.items():
            reference = {"Ref": logical_id} if attribute == "Ref" else {"Fn::GetAtt": [logical_id, attribute]}
            names.setdefault(resource.outputs[output], reference)
    return Template({"AWSTemplateFormatVersion": "2010-09-09", "Resources": entries}, made)


def row_of(resource: Resource) -> Row:
    if resource.type not in ROWS:
        raise UnmappedError(f"{resource.type} has no row in the table of CloudFormation's types")
    return ROWS[resource.type]


def fitted(row: Row, properties: Properties, resource: Resource, region: str) -> Properties:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, row.type).schema
    return fit(properties, SchemaTarget(schema, schema), f"{resource.type} -> {row.type}")


def referring(value: Any, names: dict[str, Any]) -> Any:
    """The value with references in place of what other resources are called."""
    if isinstance(value, dict):
        return {name: referring(item, names) for name, item in value.items()}
    if isinstance(value, list):
        return [referring(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value
