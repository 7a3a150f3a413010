"""The resources of a deployed stack, as `pulumi stack export --show-secrets` prints them."""

import json
from dataclasses import dataclass
from typing import Any

# How the engine marks secrets and assets (Pulumi's wire format).
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True)
class Resource:
    """A resource that a provider made."""

    type: str
    name: str
    """In the program."""
    inputs: dict[str, Any]
    """What the provider was given, without values that are not set."""
    outputs: dict[str, Any]
    """What the provider answered, `id` among it."""


def resources_of(exported: dict[str, Any]) -> list[Resource]:
    """AWS's resources of one stack, each after those that it refers to."""
    states = exported["deployment"]["resources"]
    return [resource(state) for state in states if state["type"].startswith("aws:")]


def resource(state: dict[str, Any]) -> Resource:
    return Resource(
        type=state["type"],
        name=state["urn"].rpartition("::")[2],
        inputs={
            name: plain(value)
            for name, value in state["inputs"].items()
            if name != "__defaults" and value is not None
        },
        outputs={**plain(state.get("outputs", {})), "id": state["id"]},
    )


def plain(value: Any) -> Any:
    """A value with its secrets in clear."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET:
        return json.loads(value["plaintext"])
    return {name: plain(item) for name, item in value.items() if name != "__defaults"}
