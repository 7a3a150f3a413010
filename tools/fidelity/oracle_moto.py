"""moto: each call made of a server that keeps what it is told, with its own ids in place of the graph's."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import jmespath
import requests
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from moto.server import ThreadedMotoServer

from calls import ROWS, calls_of
from findings import Finding
from graph import Resource
from prior import make_prior

ACCOUNT = "123456789012"


class Moto:
    """One account, whose ids stand in place of those of a graph."""

    def __init__(self, endpoint: str, region: str) -> None:
        self.endpoint = endpoint
        self.region = region
        self.ids: dict[str, str] = {}
        self.clients: dict[str, Any] = {}

    def reset(self) -> None:
        requests.post(f"{self.endpoint}/moto-api/reset", timeout=10).raise_for_status()

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=self.region,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
            )
        return self.clients[service]

    def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        client = self.client(service)
        (method,) = (name for name, api in client.meta.method_to_api_mapping.items() if api == operation)
        return getattr(client, method)(**self.substituted(parameters))

    def know(self, here: Any, there: Any) -> None:
        if isinstance(here, str) and isinstance(there, str) and len(here) > 6:
            self.ids[here] = there

    def substituted(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.substituted(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.substituted(item) for item in value]
        if isinstance(value, str):
            for here in sorted(self.ids, key=len, reverse=True):
                value = value.replace(here, self.ids[here])
        return value


@contextmanager
def moto_server() -> Iterator[str]:
    """A server on a free port of this machine; yields its URL."""
    # ARNs of what has a name are then the same as in the graph.
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def check(resources: list[Resource], region: str, endpoint: str) -> Iterator[Finding]:
    moto = Moto(endpoint, region)
    moto.reset()
    make_prior(moto, resources)
    for resource in resources:
        for call in calls_of(resource):
            try:
                answer = moto.call(call.service, call.operation, call.parameters)
            except (ClientError, BotoCoreError) as error:
                yield Finding(
                    "moto", f"{call.service}.{call.operation}", resource.type, resource.name, str(error)
                )
                continue
            for output, path in ROWS[resource.type].answers.items():
                moto.know(resource.outputs.get(output), jmespath.search(path, answer))
