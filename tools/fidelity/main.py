"""
Reads exported stacks by name, and the actions that the deployer calls by resource type, as JSON from standard input and
says what the oracles find in them. Exit code 1 for a finding that accepted.toml or permissions.toml does not list, a row
there that matches nothing, a planted fault that is not found, and a resource or property without a row in the tables.
"""

import argparse
import json
import sys
from pathlib import Path

import oracle_handlers
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


def report_permissions(table: oracle_handlers.Table, region: str) -> list[str]:
    """Compares the deployer's permissions with AWS's handlers, and sees that one too few or too many is found."""
    explained = oracle_handlers.reasons(Path(__file__).with_name("permissions.toml"))
    problems = oracle_handlers.check(table, region, explained)
    vpc = "aws:ec2/vpc:Vpc"
    too_few = table | {vpc: [action for action in table[vpc] if action != "ec2:DeleteVpc"]}
    too_many = table | {vpc: [*table[vpc], "ec2:RunInstances"]}
    for faulty, action in ((too_few, "ec2:DeleteVpc"), (too_many, "ec2:RunInstances")):
        if not any(action in problem for problem in oracle_handlers.check(faulty, region, explained)):
            problems.append(f"handlers: does not find a wrong {action} for {vpc}")
    actions = sum(len(set(each)) for each in table.values())
    print(f"handlers    permissions of the deployer, {actions} actions: {len(problems)} findings")
    return problems


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--checkov-packages", type=Path, required=True, help="folder of checkov's installation"
    )
    packages = options.parse_args().checkov_packages
    accepted = accepted_findings(Path(__file__).with_name("accepted.toml"))
    read = json.load(sys.stdin)
    graphs = [graph_of(name, exported) for name, exported in read["graphs"].items()]
    try:
        problems = (
            report_permissions(read["permissions"], graphs[0].region)
            + report_graphs(graphs, accepted, packages)
            + report_faults(graphs[0], accepted, packages)
        )
    except UnmappedError as error:
        problems = [f"tools/fidelity lacks a row: {error}"]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
