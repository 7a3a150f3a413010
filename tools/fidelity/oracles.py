"""What each oracle finds in graphs, by its name. `packages` is the folder of checkov's installation."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Each fills its part of the table of calls.
import calls_ec2  # noqa: F401
import calls_media  # noqa: F401
import calls_other  # noqa: F401
import oracle_botocore
import oracle_cfn_lint
import oracle_checkov
import oracle_moto
import oracle_parliament
from cloudformation import template_of
from findings import Finding
from graph import Resource


@dataclass(frozen=True)
class Graph:
    name: str
    region: str
    resources: list[Resource]


Findings = Iterator[tuple[Graph, Finding]]


def botocore(graphs: list[Graph], _packages: Path) -> Findings:
    for graph in graphs:
        yield from ((graph, finding) for finding in oracle_botocore.check(graph.resources))


def moto(graphs: list[Graph], _packages: Path) -> Findings:
    with oracle_moto.moto_server() as endpoint:
        for graph in graphs:
            found = oracle_moto.check(graph.resources, graph.region, endpoint)
            yield from ((graph, finding) for finding in found)


def cfn_lint(graphs: list[Graph], _packages: Path) -> Findings:
    for graph in graphs:
        template = template_of(graph.resources, graph.region)
        yield from ((graph, finding) for finding in oracle_cfn_lint.check(template, graph.region))


def parliament(graphs: list[Graph], _packages: Path) -> Findings:
    for graph in graphs:
        yield from ((graph, finding) for finding in oracle_parliament.check(graph.resources))


def checkov(graphs: list[Graph], packages: Path) -> Findings:
    templates = [template_of(graph.resources, graph.region) for graph in graphs]
    for index, finding in oracle_checkov.check(templates, packages):
        yield graphs[index], finding


ORACLES = {
    "botocore": botocore,
    "moto": moto,
    "cfn-lint": cfn_lint,
    "parliament": parliament,
    "checkov": checkov,
}
