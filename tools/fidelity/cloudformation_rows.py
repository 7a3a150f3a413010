"""Which type and properties of CloudFormation a resource has."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import calls_media
import calls_other
from calls import Properties, take

# Consumes the inputs and returns the properties, in Pulumi's names where CloudFormation's differ in case only,
# or None when no template can make the resource.
Make = Callable[[Properties, Properties], Properties | None]


def same(drop: str = "", **renamed: str) -> Make:
    """All inputs but `drop`, those in `renamed` under the name that CloudFormation has: `RoleName="name"`."""

    def make(inputs: Properties, _outputs: Properties) -> Properties:
        take(inputs, drop)
        return take(inputs, " ".join(set(inputs) - set(renamed.values())), **renamed)

    return make


def none(_inputs: Properties, _outputs: Properties) -> None:
    """No template can make the resource."""


@dataclass(frozen=True)
class Row:
    type: str
    make: Make
    attributes: dict[str, str]
    """How a template names an output: "Ref", or an attribute for Fn::GetAtt."""
    part_of: str | None = None
    """Input that holds the id of the resource to whose properties these belong."""


def row(type_name: str, make: Make | None = None, part_of: str | None = None, **attributes: str) -> Row:
    return Row(type_name, make or same(), attributes, part_of)


def load_balancer(inputs: Properties, _outputs: Properties) -> Properties:
    attributes = calls_media.load_balancer_attributes(inputs)
    return calls_media.load_balancer_parameters(inputs) | {"loadBalancerAttributes": attributes}


def target_group(inputs: Properties, _outputs: Properties) -> Properties:
    attributes = calls_media.target_group_attributes(inputs)
    return calls_media.target_group_parameters(inputs) | {"targetGroupAttributes": attributes}


def listener(inputs: Properties, _outputs: Properties) -> Properties:
    take(inputs, "tags")
    return calls_media.listener_parameters(inputs)


def task_definition(inputs: Properties, _outputs: Properties) -> Properties:
    containers = json.loads(inputs.pop("containerDefinitions"))
    return same()(inputs, {}) | {"containerDefinitions": containers}


def function(inputs: Properties, _outputs: Properties) -> Properties:
    take(inputs, "code publish")
    reserved = inputs.pop("reservedConcurrentExecutions", -1)
    # What the bundle holds is no part of the graph.
    return (
        calls_other.function_parameters(inputs)
        | {"code": {"zipFile": "exports.handler = () => {};"}}
        | ({"reservedConcurrentExecutions": reserved} if reserved >= 0 else {})
    )


def record(inputs: Properties, _outputs: Properties) -> Properties:
    zone = take(inputs, "", hostedZoneId="zoneId")
    record_set = calls_other.record_set(inputs)
    records = [each["value"] for each in record_set.pop("resourceRecords", [])]
    return zone | record_set | ({"resourceRecords": records} if records else {})


def secret(inputs: Properties, outputs: Properties) -> Properties:
    return same("namePrefix forceOverwriteReplicaSecret")(inputs, {}) | {"name": outputs["name"]}


def bucket(inputs: Properties, outputs: Properties) -> Properties:
    return same("bucket bucketPrefix")(inputs, {}) | {"bucketName": outputs["id"]}


def bucket_encryption(inputs: Properties, _outputs: Properties) -> Properties:
    rules = [
        {"serverSideEncryptionByDefault": rule.pop("applyServerSideEncryptionByDefault"), **rule}
        for rule in calls_other.encryption_rules(inputs)
    ]
    return {"bucketEncryption": {"serverSideEncryptionConfiguration": rules}}


def bucket_lifecycle(inputs: Properties, _outputs: Properties) -> Properties:
    rules = [
        take(rule, "id status")
        | {"expirationInDays": rule["expiration"]["days"]}
        | ({"prefix": prefix} if (prefix := rule["filter"]["prefix"]) else {})
        for rule in inputs.pop("rules")
    ]
    return {"lifecycleConfiguration": {"rules": rules}}


def public_access_block(inputs: Properties, _outputs: Properties) -> Properties:
    return {"publicAccessBlockConfiguration": same()(inputs, {})}


def lifecycle_policy(inputs: Properties, _outputs: Properties) -> Properties:
    return {"lifecyclePolicy": {"lifecyclePolicyText": inputs.pop("policy")}}


# Rules of a security group have no tags in CloudFormation.
ingress_rule = same(
    "tags", groupId="securityGroupId", cidrIp="cidrIpv4", sourceSecurityGroupId="referencedSecurityGroupId"
)
egress_rule = same(
    "tags",
    groupId="securityGroupId",
    cidrIp="cidrIpv4",
    destinationPrefixListId="prefixListId",
    destinationSecurityGroupId="referencedSecurityGroupId",
)


def flow_log(inputs: Properties, _outputs: Properties) -> Properties:
    renamed = same(resourceId="vpcId", deliverLogsPermissionArn="iamRoleArn")
    return renamed(inputs, {}) | {"resourceType": "VPC"}


def service(inputs: Properties, _outputs: Properties) -> Properties:
    return calls_media.service_parameters(inputs)


def certificate(inputs: Properties, _outputs: Properties) -> Properties | None:
    return None if "certificateBody" in inputs else same()(inputs, {})


ROWS: dict[str, Row] = {
    "aws:ec2/vpc:Vpc": row("AWS::EC2::VPC", id="Ref"),
    "aws:ec2/subnet:Subnet": row("AWS::EC2::Subnet", id="Ref"),
    "aws:ec2/internetGateway:InternetGateway": row("AWS::EC2::InternetGateway", same("vpcId"), id="Ref"),
    "aws:ec2/routeTable:RouteTable": row("AWS::EC2::RouteTable", id="Ref"),
    "aws:ec2/route:Route": row("AWS::EC2::Route"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": row("AWS::EC2::SubnetRouteTableAssociation"),
    "aws:ec2/eip:Eip": row("AWS::EC2::EIP", id="AllocationId"),
    "aws:ec2/natGateway:NatGateway": row("AWS::EC2::NatGateway", id="Ref"),
    "aws:ec2/flowLog:FlowLog": row("AWS::EC2::FlowLog", flow_log),
    "aws:ec2/managedPrefixList:ManagedPrefixList": row(
        "AWS::EC2::PrefixList", same(prefixListName="name"), id="PrefixListId"
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": row("", none),
    "aws:ec2/securityGroup:SecurityGroup": row(
        "AWS::EC2::SecurityGroup", same(groupDescription="description", groupName="name"), id="GroupId"
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": row(
        "AWS::EC2::SecurityGroupIngress", ingress_rule
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": row(
        "AWS::EC2::SecurityGroupEgress", egress_rule
    ),
    "aws:lb/loadBalancer:LoadBalancer": row(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", load_balancer, arn="Ref", dnsName="DNSName"
    ),
    "aws:lb/targetGroup:TargetGroup": row(
        "AWS::ElasticLoadBalancingV2::TargetGroup", target_group, arn="Ref"
    ),
    "aws:lb/listener:Listener": row("AWS::ElasticLoadBalancingV2::Listener", listener, arn="Ref"),
    "aws:ecs/cluster:Cluster": row(
        "AWS::ECS::Cluster", same(clusterName="name", clusterSettings="settings"), arn="Arn"
    ),
    "aws:ecs/taskDefinition:TaskDefinition": row("AWS::ECS::TaskDefinition", task_definition, arn="Ref"),
    "aws:ecs/service:Service": row("AWS::ECS::Service", service),
    "aws:ecr/repository:Repository": row(
        "AWS::ECR::Repository",
        same(encryptionConfiguration="encryptionConfigurations", repositoryName="name"),
        id="Ref",
        arn="Arn",
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": row("AWS::ECR::Repository", lifecycle_policy, "repository"),
    "aws:iam/role:Role": row(
        "AWS::IAM::Role",
        same(assumeRolePolicyDocument="assumeRolePolicy", roleName="name"),
        id="Ref",
        arn="Arn",
    ),
    "aws:iam/rolePolicy:RolePolicy": row(
        "AWS::IAM::Policy", same(policyDocument="policy", policyName="name", roles="role")
    ),
    "aws:lambda/function:Function": row("AWS::Lambda::Function", function, name="Ref", arn="Arn"),
    "aws:lambda/alias:Alias": row("AWS::Lambda::Alias"),
    "aws:acm/certificate:Certificate": row("AWS::CertificateManager::Certificate", certificate, arn="Ref"),
    "aws:acm/certificateValidation:CertificateValidation": row("", none),
    "aws:route53/record:Record": row("AWS::Route53::RecordSet", record),
    "aws:cloudwatch/logGroup:LogGroup": row("AWS::Logs::LogGroup", same(logGroupName="name"), id="Ref"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": row(
        "AWS::CloudWatch::Alarm", same("", alarmName="name", oKActions="okActions")
    ),
    "aws:sns/topic:Topic": row(
        "AWS::SNS::Topic", same("contentBasedDeduplication fifoTopic", topicName="name"), arn="Ref"
    ),
    "aws:sns/topicSubscription:TopicSubscription": row("AWS::SNS::Subscription", same(topicArn="topic")),
    "aws:kms/key:Key": row(
        "AWS::KMS::Key",
        same(keyPolicy="policy", keySpec="customerMasterKeySpec", enabled="isEnabled"),
        id="Ref",
        arn="Arn",
    ),
    "aws:secretsmanager/secret:Secret": row("AWS::SecretsManager::Secret", secret, arn="Ref"),
    "aws:secretsmanager/secretVersion:SecretVersion": row("AWS::SecretsManager::Secret", part_of="secretId"),
    "aws:s3/bucket:Bucket": row("AWS::S3::Bucket", bucket, id="Ref", arn="Arn"),
    "aws:s3/bucketPolicy:BucketPolicy": row("AWS::S3::BucketPolicy", same(policyDocument="policy")),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": row(
        "AWS::S3::Bucket", public_access_block, "bucket"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": row(
        "AWS::S3::Bucket", bucket_encryption, "bucket"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": row(
        "AWS::S3::Bucket", bucket_lifecycle, "bucket"
    ),
}
