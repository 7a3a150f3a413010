"""What an oracle has found, and which findings are accepted."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """Something about one resource that an oracle takes for a fault."""

    oracle: str
    rule: str
    """The oracle's own name for the fault."""
    type: str
    """Of the resource, as Pulumi names it."""
    name: str
    """Of the resource, in the program."""
    message: str

    def __str__(self) -> str:
        return f"{self.oracle} {self.rule} {self.type} {self.name}: {self.message}"


@dataclass(frozen=True)
class Acceptance:
    """A finding that is wrong for this architecture. An empty `types` or `names` accepts all."""

    oracle: str
    rule: str
    reason: str
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    message: str = ""
    """A part of the finding's message."""

    def accepts(self, finding: Finding) -> bool:
        return (
            (self.oracle, self.rule) == (finding.oracle, finding.rule)
            and finding.type in (self.types or (finding.type,))
            and finding.name in (self.names or (finding.name,))
            and self.message in finding.message
        )


def accepted_findings(file: Path) -> list[Acceptance]:
    """The table of accepted findings. Raises TypeError for a row with a missing or an unknown key."""
    rows = tomllib.loads(file.read_text())["finding"]
    return [
        Acceptance(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})
        for row in rows
    ]


def open_findings(findings: Iterable[Finding], accepted: Iterable[Acceptance]) -> list[Finding]:
    """The findings that no row accepts."""
    rows = list(accepted)
    return [finding for finding in findings if not any(row.accepts(finding) for row in rows)]
