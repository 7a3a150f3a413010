"""Roles, the auth function, certificate, records, logs, alarms, buckets, secrets, keys."""

import io
import zipfile

from calls import Properties, row, take


@row("aws:iam/role:Role", arn="Role.Arn")
def role(inputs, _outputs):
    yield (
        "iam.CreateRole",
        take(
            inputs,
            "maxSessionDuration path permissionsBoundary tags",
            assumeRolePolicyDocument="assumeRolePolicy",
            roleName="name",
        ),
    )


@row("aws:iam/rolePolicy:RolePolicy")
def role_policy(inputs, _outputs):
    yield "iam.PutRolePolicy", take(inputs, "", policyDocument="policy", policyName="name", roleName="role")


def function_parameters(inputs: Properties) -> Properties:
    return take(
        inputs,
        "architectures description environment handler loggingConfig memorySize packageType role runtime tags timeout "
        "tracingConfig vpcConfig kmsKeyArn",
        functionName="name",
    )


def archive() -> bytes:
    """What the bundle holds is no part of the graph."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as content:
        content.writestr("index.js", "")
    return file.getvalue()


@row("aws:lambda/function:Function", arn="FunctionArn")
def function(inputs, outputs):
    inputs.pop("code")
    publish = take(inputs, "publish")
    # -1: the provider reserves nothing.
    reserved = inputs.pop("reservedConcurrentExecutions", -1)
    yield "lambda.CreateFunction", function_parameters(inputs) | publish | {"code": {"zipFile": archive()}}
    if reserved >= 0:
        yield (
            "lambda.PutFunctionConcurrency",
            {"functionName": outputs["name"], "reservedConcurrentExecutions": reserved},
        )


@row("aws:lambda/alias:Alias", arn="AliasArn")
def alias(inputs, _outputs):
    yield "lambda.CreateAlias", take(inputs, "functionName functionVersion name")


@row("aws:acm/certificate:Certificate", arn="CertificateArn")
def certificate(inputs, _outputs):
    if "certificateBody" in inputs:
        yield "acm.ImportCertificate", take(inputs, "privateKey tags", certificate="certificateBody")
    else:
        yield "acm.RequestCertificate", take(inputs, "domainName keyAlgorithm validationMethod tags")


@row("aws:acm/certificateValidation:CertificateValidation")
def certificate_validation(inputs, _outputs):
    """Only waits."""
    take(inputs, "validationRecordFqdns")
    yield "acm.DescribeCertificate", take(inputs, "certificateArn")


def record_set(inputs: Properties) -> Properties:
    (alias, *_) = inputs.pop("aliases", None) or [None]
    target = alias and {
        "hostedZoneId": alias["zoneId"],
        "DNSName": alias["name"],
        "evaluateTargetHealth": alias["evaluateTargetHealth"],
    }
    records = [{"value": value} for value in inputs.pop("records", [])]
    return (
        take(inputs, "name ttl type")
        | ({"resourceRecords": records} if records else {})
        | ({"aliasTarget": target} if target else {})
    )


@row("aws:route53/record:Record")
def record(inputs, _outputs):
    zone = take(inputs, "", hostedZoneId="zoneId")
    change = {"action": "UPSERT", "resourceRecordSet": record_set(inputs)}
    yield "route53.ChangeResourceRecordSets", zone | {"changeBatch": {"changes": [change]}}


@row("aws:cloudwatch/logGroup:LogGroup")
def log_group(inputs, _outputs):
    name = inputs.pop("name")
    retention = take(inputs, "retentionInDays")
    yield "logs.CreateLogGroup", {"logGroupName": name} | take(inputs, "kmsKeyId tags")
    if retention:
        yield "logs.PutRetentionPolicy", {"logGroupName": name} | retention


@row("aws:cloudwatch/metricAlarm:MetricAlarm")
def alarm(inputs, _outputs):
    yield (
        "cloudwatch.PutMetricAlarm",
        take(
            inputs,
            "actionsEnabled alarmActions alarmDescription comparisonOperator dimensions evaluationPeriods metricName "
            "namespace okActions period statistic tags threshold treatMissingData",
            alarmName="name",
        ),
    )


@row("aws:sns/topic:Topic", arn="TopicArn")
def topic(inputs, _outputs):
    # Of FIFO topics.
    take(inputs, "contentBasedDeduplication fifoTopic")
    yield (
        "sns.CreateTopic",
        take(inputs, "name tags") | {"attributes": take(inputs, "", KmsMasterKeyId="kmsMasterKeyId")},
    )


@row("aws:sns/topicSubscription:TopicSubscription", arn="SubscriptionArn")
def subscription(inputs, _outputs):
    raw = inputs.pop("rawMessageDelivery", False)
    attributes = {"attributes": {"RawMessageDelivery": "true"}} if raw else {}
    yield "sns.Subscribe", take(inputs, "endpoint protocol", topicArn="topic") | attributes


@row("aws:kms/key:Key", id="KeyMetadata.KeyId", arn="KeyMetadata.Arn")
def key(inputs, outputs):
    rotates = inputs.pop("enableKeyRotation", False)
    # The provider disables a key only when told so.
    inputs.pop("isEnabled", None)
    yield (
        "kms.CreateKey",
        take(
            inputs,
            "description policy multiRegion tags keyUsage bypassPolicyLockoutSafetyCheck",
            customerMasterKeySpec="customerMasterKeySpec",
        ),
    )
    if rotates:
        yield "kms.EnableKeyRotation", {"keyId": outputs["id"]}


@row("aws:secretsmanager/secret:Secret", arn="ARN")
def secret(inputs, outputs):
    take(inputs, "namePrefix name")
    overwrite = take(inputs, "forceOverwriteReplicaSecret")
    yield (
        "secretsmanager.CreateSecret",
        {"name": outputs["name"]} | overwrite | take(inputs, "description kmsKeyId tags"),
    )


@row("aws:secretsmanager/secretVersion:SecretVersion")
def secret_version(inputs, _outputs):
    yield "secretsmanager.PutSecretValue", take(inputs, "secretId secretString")


@row("aws:s3/bucket:Bucket")
def bucket(inputs, outputs):
    # The id is the name, given or derived from the prefix.
    take(inputs, "bucket bucketPrefix")
    tags = inputs.pop("tags", {})
    yield (
        "s3.CreateBucket",
        {"bucket": outputs["id"], "createBucketConfiguration": {"locationConstraint": outputs["region"]}},
    )
    if tags:
        tag_set = [{"key": name, "value": value} for name, value in tags.items()]
        yield "s3.PutBucketTagging", {"bucket": outputs["id"], "tagging": {"tagSet": tag_set}}


@row("aws:s3/bucketPolicy:BucketPolicy")
def bucket_policy(inputs, _outputs):
    yield "s3.PutBucketPolicy", take(inputs, "bucket policy")


@row("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
def public_access_block(inputs, _outputs):
    configuration = take(inputs, "blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets")
    yield (
        "s3.PutPublicAccessBlock",
        take(inputs, "bucket") | {"publicAccessBlockConfiguration": configuration},
    )


def encryption_rules(inputs: Properties) -> list[Properties]:
    return [
        {
            "applyServerSideEncryptionByDefault": {
                {"kmsMasterKeyId": "KMSMasterKeyID"}.get(name, name): value
                for name, value in rule["applyServerSideEncryptionByDefault"].items()
            },
            **take(rule, "bucketKeyEnabled"),
        }
        for rule in inputs.pop("rules")
    ]


@row("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
def bucket_encryption(inputs, _outputs):
    rules = encryption_rules(inputs)
    yield (
        "s3.PutBucketEncryption",
        take(inputs, "bucket") | {"serverSideEncryptionConfiguration": {"rules": rules}},
    )


@row("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
def bucket_lifecycle(inputs, _outputs):
    yield (
        "s3.PutBucketLifecycleConfiguration",
        take(inputs, "bucket") | {"lifecycleConfiguration": take(inputs, "rules")},
    )
