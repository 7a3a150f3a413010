import { aws, elbv2, s3 } from "../aws/typeTokens";

/** Types that are free; traffic through them and data in them are charged elsewhere. */
export const freeTypes: ReadonlySet<string> = new Set([
  ...elbv2("Listener", "TargetGroup"),
  ...aws("acm", "CertificateValidation"),
  ...aws(
    "ec2",
    "DefaultSecurityGroup",
    "InternetGateway",
    "Route",
    "RouteTable",
    "RouteTableAssociation",
    "ManagedPrefixList",
    "SecurityGroup",
    "Subnet",
    "Vpc",
  ),
  ...aws("ecr", "LifecyclePolicy"),
  // Charged as the service that runs it.
  ...aws("ecs", "TaskDefinition"),
  ...aws("iam", "Role", "RolePolicy", "RolePolicyAttachment"),
  ...aws("lambda", "Alias"),
  // Alias records and proofs for ACM; questions to other records are cents.
  ...aws("route53", "Record"),
  ...s3(
    "BucketLifecycleConfiguration",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryptionConfiguration",
  ),
  // Charged as the secret that it is a version of.
  ...aws("secretsmanager", "SecretVersion"),
  ...aws("sns", "TopicSubscription"),
  ...aws("vpc", "SecurityGroupEgressRule", "SecurityGroupIngressRule"),
  "docker-build:index:Image",
  "tls:index/privateKey:PrivateKey",
  "tls:index/selfSignedCert:SelfSignedCert",
]);
