"""parliament: every IAM policy document of a graph."""

import json
from collections.abc import Iterator
from typing import Any

from parliament import analyze_policy_string

from findings import Finding
from graph import Resource


def check(resources: list[Resource]) -> Iterator[Finding]:
    for resource, document in documents(resources):
        for finding in analyze_policy_string(json.dumps(readable(document, resource))).findings:
            message = f"{finding.title or ''} {finding.detail or ''} {finding.location or ''}".strip()
            yield Finding("parliament", finding.issue, resource.type, resource.name, message)


def documents(resources: list[Resource]) -> Iterator[tuple[Resource, dict[str, Any]]]:
    for resource in resources:
        for value in resource.inputs.values():
            if isinstance(value, str) and '"Statement"' in value:
                yield resource, json.loads(value)


def readable(document: dict[str, Any], resource: Resource) -> dict[str, Any]:
    """A trust policy has no resource, without which parliament reads no policy."""
    if resource.type != "aws:iam/role:Role":
        return document
    return {**document, "Statement": [{"Resource": "*", **each} for each in document["Statement"]]}
