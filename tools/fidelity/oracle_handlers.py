"""
The permissions that AWS's own handlers of each resource type ask for (`handlers` of the CloudFormation schemas, which
cfn-lint carries) against those that the deployer's table names for the same type. Another program than Pulumi's provider
makes other calls, so each difference is a row in permissions.toml, with its reason.
"""

import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import cfnlint

from cloudformation_rows import ROWS

SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"

# Actions of resources by Pulumi's type.
Table = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class Difference:
    type: str
    """Of CloudFormation."""
    action: str
    side: str
    """Who calls the action: "handler" or "table"."""

    def __str__(self) -> str:
        if self.side == "handler":
            return f"{self.type}: AWS's handler calls {self.action}, which the deployer may not"
        return f"{self.type}: the deployer may {self.action}, which AWS's handler does not call"


@dataclass(frozen=True)
class Reason:
    side: str
    actions: tuple[str, ...]
    """With `*` for any characters."""
    reason: str
    types: tuple[str, ...] = ()
    """Empty: all."""

    def explains(self, difference: Difference) -> bool:
        return (
            self.side == difference.side
            and difference.type in (self.types or (difference.type,))
            and any(fnmatch(difference.action, pattern) for pattern in self.actions)
        )


def reasons(file: Path) -> list[Reason]:
    rows = tomllib.loads(file.read_text())["difference"]
    return [
        Reason(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})
        for row in rows
    ]


def handler_actions(region: str) -> dict[str, set[str]]:
    """What creating, reading, changing and deleting ask for, by type of CloudFormation."""
    files = json.loads((SCHEMAS / "providers" / f"{region}.json").read_text())
    found = {}
    for type_name in {row.type for row in ROWS.values() if row.type in files}:
        schema = json.loads((SCHEMAS / "resources" / f"{files[type_name]}.json").read_text())
        found[type_name] = {
            action
            for operation in ("create", "read", "update", "delete")
            for action in schema.get("handlers", {}).get(operation, {}).get("permissions", [])
        }
    return found


def differences(table: Table, region: str) -> list[Difference]:
    """
    What of one side the other lacks. An action that the deployer is allowed for another type is not missing: one policy
    holds for all.
    """
    ours: dict[str, set[str]] = defaultdict(set)
    for token, row in ROWS.items():
        ours[row.type] |= set(table.get(token, ()))
    allowed = {action.lower() for actions in table.values() for action in actions}
    found: list[Difference] = []
    for type_name, theirs in sorted(handler_actions(region).items()):
        called = {action.lower() for action in theirs}
        found += [
            Difference(type_name, action, "handler")
            for action in sorted(theirs)
            if action.lower() not in allowed
        ]
        found += [
            Difference(type_name, action, "table")
            for action in sorted(ours[type_name])
            if action.lower() not in called
        ]
    return found


def check(table: Table, region: str, explained: list[Reason]) -> list[str]:
    """Differences without a reason, and reasons without a difference."""
    found = differences(table, region)
    left = [str(each) for each in found if not any(row.explains(each) for row in explained)]
    stale = [
        f"permissions.toml: {row.side} {pattern} matches no difference any more; remove it"
        for row in explained
        for pattern in row.actions
        if not any(row.explains(each) and fnmatch(each.action, pattern) for each in found)
    ]
    return left + stale
