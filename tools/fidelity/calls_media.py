"""The way of the media: load balancer, service, task, images."""

import json

from calls import Properties, row, take


def attributes(values: dict[str, object]) -> list[Properties]:
    """Attributes of Elastic Load Balancing, whose values are texts."""
    return [{"key": key, "value": value} for key, value in values.items() if value is not None]


def load_balancer_attributes(inputs: Properties) -> list[Properties]:
    logs = inputs.pop("accessLogs", {})
    return attributes(
        {
            "access_logs.s3.enabled": logs.get("enabled"),
            "access_logs.s3.bucket": logs.get("bucket"),
            "load_balancing.cross_zone.enabled": inputs.pop("enableCrossZoneLoadBalancing", None),
            "deletion_protection.enabled": inputs.pop("enableDeletionProtection", None),
        }
    )


def target_group_attributes(inputs: Properties) -> list[Properties]:
    # Of other kinds of target group; the provider leaves them out.
    take(inputs, "lambdaMultiValueHeadersEnabled slowStart")
    return attributes(
        {
            "deregistration_delay.timeout_seconds": inputs.pop("deregistrationDelay", None),
            "deregistration_delay.connection_termination.enabled": inputs.pop("connectionTermination", None),
            "preserve_client_ip.enabled": inputs.pop("preserveClientIp", None),
            "proxy_protocol_v2.enabled": inputs.pop("proxyProtocolV2", None),
        }
    )


def health_check(check: Properties) -> Properties:
    """Consumes the check."""
    matcher = take(check, "", httpCode="matcher")
    return ({"matcher": matcher} if matcher else {}) | take(
        check,
        "",
        healthCheckIntervalSeconds="interval",
        healthCheckPath="path",
        healthCheckPort="port",
        healthCheckProtocol="protocol",
        healthCheckTimeoutSeconds="timeout",
        healthyThresholdCount="healthyThreshold",
        unhealthyThresholdCount="unhealthyThreshold",
    )


def target_group_parameters(inputs: Properties) -> Properties:
    check = health_check(dict(inputs.pop("healthCheck", {})))
    return take(inputs, "name port protocol targetType vpcId tags") | check


def load_balancer_parameters(inputs: Properties) -> Properties:
    scheme = "internal" if inputs.pop("internal") else "internet-facing"
    return {"scheme": scheme} | take(inputs, "name securityGroups subnets tags", type="loadBalancerType")


def listener_parameters(inputs: Properties) -> Properties:
    certificate = take(inputs, "certificateArn")
    return take(inputs, "loadBalancerArn port protocol sslPolicy defaultActions tags") | (
        {"certificates": [certificate]} if certificate else {}
    )


@row(
    "aws:lb/loadBalancer:LoadBalancer",
    arn="LoadBalancers[0].LoadBalancerArn",
    dnsName="LoadBalancers[0].DNSName",
)
def load_balancer(inputs, outputs):
    wanted = load_balancer_attributes(inputs)
    yield "elbv2.CreateLoadBalancer", load_balancer_parameters(inputs)
    yield "elbv2.ModifyLoadBalancerAttributes", {"loadBalancerArn": outputs["arn"], "attributes": wanted}


@row("aws:lb/targetGroup:TargetGroup", arn="TargetGroups[0].TargetGroupArn")
def target_group(inputs, outputs):
    wanted = target_group_attributes(inputs)
    yield "elbv2.CreateTargetGroup", target_group_parameters(inputs)
    yield "elbv2.ModifyTargetGroupAttributes", {"targetGroupArn": outputs["arn"], "attributes": wanted}


@row("aws:lb/listener:Listener", arn="Listeners[0].ListenerArn")
def listener(inputs, _outputs):
    yield "elbv2.CreateListener", listener_parameters(inputs)


@row("aws:ecs/cluster:Cluster", arn="cluster.clusterArn")
def cluster(inputs, _outputs):
    yield "ecs.CreateCluster", take(inputs, "settings tags", clusterName="name")


@row("aws:ecs/taskDefinition:TaskDefinition", arn="taskDefinition.taskDefinitionArn")
def task_definition(inputs, _outputs):
    containers = json.loads(inputs.pop("containerDefinitions"))
    yield (
        "ecs.RegisterTaskDefinition",
        {"containerDefinitions": containers}
        | take(
            inputs,
            "cpu ephemeralStorage executionRoleArn family memory networkMode requiresCompatibilities runtimePlatform "
            "tags taskRoleArn volumes",
        ),
    )


def service_parameters(inputs: Properties) -> Properties:
    network = dict(inputs.pop("networkConfiguration"))
    network["assignPublicIp"] = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
    return {
        "networkConfiguration": {"awsvpcConfiguration": network},
        "deploymentConfiguration": take(
            inputs,
            "deploymentCircuitBreaker",
            maximumPercent="deploymentMaximumPercent",
            minimumHealthyPercent="deploymentMinimumHealthyPercent",
        ),
    } | take(
        inputs,
        "availabilityZoneRebalancing cluster desiredCount enableExecuteCommand healthCheckGracePeriodSeconds launchType "
        "loadBalancers propagateTags schedulingStrategy tags taskDefinition",
        enableECSManagedTags="enableEcsManagedTags",
        serviceName="name",
    )


@row("aws:ecs/service:Service", id="service.serviceArn")
def service(inputs, _outputs):
    yield "ecs.CreateService", service_parameters(inputs)


@row("aws:ecr/repository:Repository")
def repository(inputs, _outputs):
    yield (
        "ecr.CreateRepository",
        take(
            inputs,
            "imageScanningConfiguration imageTagMutability tags",
            encryptionConfiguration="encryptionConfigurations",
            repositoryName="name",
        ),
    )


@row("aws:ecr/lifecyclePolicy:LifecyclePolicy")
def lifecycle_policy(inputs, _outputs):
    yield (
        "ecr.PutLifecyclePolicy",
        take(inputs, "", lifecyclePolicyText="policy", repositoryName="repository"),
    )
