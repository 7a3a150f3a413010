"""
Reads exported stacks by name as JSON from standard input and says what the oracles find in them. Exit code 1 for a
finding that accepted.toml does not list, a row there that matches nothing, a planted fault that is not found, and a
resource or property without a row in the tables.
"""

import argparse
import json
import sys
from pathlib import Path

from faults import FAULTS, planted
from findings import Acceptance, accepted_findings, open_findings
from graph import resources_of
from oracles import ORACLES, Graph
from shapes import UnmappedError


def graph_of(name: str, exported: dict) -> Graph:
    (region,) = (
        state["inputs"]["region"]
        for state in exported["deployment"]["resources"]
        if state["type"] == "pulumi:providers:aws"
    )
    return Graph(name, region, resources_of(exported))


def report_graphs(graphs: list[Graph], accepted: list[Acceptance], packages: Path) -> list[str]:
    """Prints a line per graph and oracle; returns what is wrong."""
    problems: list[str] = []
    matched: set[Acceptance] = set()
    for name, oracle in ORACLES.items():
        found = list(oracle(graphs, packages))
        matched |= {row for row in accepted for _, finding in found if row.accepts(finding)}
        for graph in graphs:
            findings = [finding for each, finding in found if each is graph]
            left = open_findings(findings, accepted)
            counts = f"{len(left)} findings, {len(findings) - len(left)} accepted"
            print(f"{name:12}{graph.name:20}{len(graph.resources):4} resources: {counts}", flush=True)
            problems += [f"{graph.name}: {finding}" for finding in left]
    stale = [row for row in accepted if row not in matched]
    return problems + [
        f"accepted.toml: {row.oracle} {row.rule} matches no finding any more; remove the row" for row in stale
    ]


def report_faults(graph: Graph, accepted: list[Acceptance], packages: Path) -> list[str]:
    """Plants each fault into a graph of its own; returns those that their oracle does not find."""
    problems: list[str] = []
    for name, oracle in ORACLES.items():
        faults = [fault for fault in FAULTS if fault.oracle == name]
        faulty = [Graph(fault.what, graph.region, planted(fault, graph.resources)) for fault in faults]
        found = [
            each.name for each, finding in oracle(faulty, packages) if open_findings([finding], accepted)
        ]
        problems += [
            f"{name} does not find {fault.what} in {fault.type}"
            for fault in faults
            if fault.what not in found
        ]
    print(f"planted faults: {len(FAULTS) - len(problems)} of {len(FAULTS)} found")
    return problems


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--checkov-packages", type=Path, required=True, help="folder of checkov's installation"
    )
    packages = options.parse_args().checkov_packages
    accepted = accepted_findings(Path(__file__).with_name("accepted.toml"))
    graphs = [graph_of(name, exported) for name, exported in json.load(sys.stdin).items()]
    try:
        problems = report_graphs(graphs, accepted, packages) + report_faults(graphs[0], accepted, packages)
    except UnmappedError as error:
        problems = [f"tools/fidelity lacks a row: {error}"]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
