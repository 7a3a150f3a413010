"""cfn-lint: the template against AWS's resource schemas and cfn-lint's own rules."""

import json
from collections.abc import Iterator

from cfnlint.api import ManualArgs, lint

from cloudformation import Template
from findings import Finding


def check(template: Template, region: str) -> Iterator[Finding]:
    for match in lint(json.dumps(template.body, indent=1), config=ManualArgs(regions=[region])):
        path = list(match.path or [])
        resource = template.resources.get(path[1]) if len(path) > 1 else None
        where = ".".join(map(str, path[3:]))
        name, type_token = (resource.name, resource.type) if resource else ("", "")
        yield Finding("cfn-lint", match.rule.id, type_token, name, f"{where}: {match.message}")
