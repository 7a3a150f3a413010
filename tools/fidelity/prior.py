"""Makes what a graph refers to and does not make itself, as it belongs to somebody else."""

import re
from collections.abc import Iterator
from typing import Any, Protocol

from graph import Resource


class Account(Protocol):
    region: str

    def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]: ...

    def know(self, here: Any, there: Any) -> None: ...


def make_prior(account: Account, resources: list[Resource]) -> None:
    made = {resource.outputs.get(name) for resource in resources for name in ("id", "arn")}
    wanted = {text for resource in resources for text in texts(resource.inputs)} - made

    def missing(pattern: str) -> list[str]:
        return sorted(text for text in wanted if re.fullmatch(pattern, text))

    for vpc in missing(r"vpc-[0-9a-f]+"):
        answer = account.call("ec2", "CreateVpc", {"CidrBlock": "172.31.0.0/16"})
        account.know(vpc, answer["Vpc"]["VpcId"])
        for index, subnet in enumerate(missing(r"subnet-[0-9a-f]+")):
            zone = f"{account.region}{'ab'[index % 2]}"
            place = {"VpcId": vpc, "CidrBlock": f"172.31.{index}.0/24", "AvailabilityZone": zone}
            account.know(subnet, account.call("ec2", "CreateSubnet", place)["Subnet"]["SubnetId"])
    for certificate in missing(r"arn:aws:acm:.*:certificate/.*"):
        answer = account.call("acm", "RequestCertificate", {"DomainName": "media.example.org"})
        account.know(certificate, answer["CertificateArn"])
    for cluster in missing(r"arn:aws:ecs:.*:cluster/.*"):
        account.call("ecs", "CreateCluster", {"clusterName": cluster.rpartition("/")[2]})
    for key in missing(r"arn:aws:kms:.*:key/.*"):
        account.know(key, account.call("kms", "CreateKey", {})["KeyMetadata"]["Arn"])
    for zone, name in hosted_zones(resources).items():
        answer = account.call("route53", "CreateHostedZone", {"Name": name, "CallerReference": zone})
        account.know(zone, answer["HostedZone"]["Id"].rpartition("/")[2])


def hosted_zones(resources: list[Resource]) -> dict[str, str]:
    """Names by id; each holds the last labels that all of its records share."""
    records = [resource.inputs for resource in resources if resource.type == "aws:route53/record:Record"]
    names: dict[str, str] = {}
    for record in records:
        name = record["name"].rstrip(".")
        known = names.get(record["zoneId"], name)
        labels = zip(reversed(name.split(".")), reversed(known.split(".")), strict=False)
        names[record["zoneId"]] = ".".join(reversed([label for label, other in labels if label == other]))
    return names


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)
