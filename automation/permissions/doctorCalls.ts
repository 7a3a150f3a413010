import { ecrRepositoryArn } from "../../components/images/givenImage";
import { domainOf, type Settings } from "../../config";
import type { Grant, Place, Rows } from "./row";

const reads = (service: string, read: string, ...on: string[]): Grant => ({
  service,
  actions: { read },
  ...(on.length > 0 ? { on } : {}),
});

const given = (...arns: (string | undefined)[]): string[] =>
  arns.filter((arn) => arn !== undefined);

const givenKeys = ({ kmsKeyArn, cloudtakSigningSecretKmsKeyArn }: Settings): string[] =>
  given(kmsKeyArn, cloudtakSigningSecretKmsKeyArn);

const givenCertificate = ({ certificate }: Settings): string[] =>
  certificate.kind === "existing" ? [certificate.arn] : [];

const givenRepositories = ({ gatewayImage, mediamtxImage }: Settings, { partition }: Place) =>
  given(gatewayImage, mediamtxImage)
    .map((image) => ecrRepositoryArn(image, partition))
    .filter((arn) => arn !== "");

/** What `doctor` reads, by the subject of its checks. Asking who one is needs no permission. */
export const doctorCalls: Rows = {
  permissions: {
    grants: [
      reads("iam", "SimulatePrincipalPolicy", "role/*", "user/*"),
      reads("iam", "GetRole", "role/*"),
    ],
  },
  zones: { grants: [reads("ec2", "DescribeAvailabilityZones DescribeSubnets")] },
  subnets: {
    neededFor: ({ network }) => network.kind === "existing",
    grants: [reads("ec2", "DescribeSubnets DescribeRouteTables")],
  },
  quotas: {
    grants: [
      reads("servicequotas", "GetServiceQuota"),
      reads("ec2", "DescribeAddresses DescribeVpcs"),
      reads("ecs", "ListClusters ListTasks"),
      reads("ecs", "DescribeTasks", "task/*"),
      reads(
        "elasticloadbalancing",
        "DescribeAccountLimits DescribeLoadBalancers DescribeTargetGroups",
      ),
    ],
  },
  concurrency: { grants: [reads("lambda", "GetAccountSettings")] },
  "service-linked roles": { grants: [reads("iam", "GetRole", "role/*")] },
  certificateArn: {
    neededFor: (settings) => givenCertificate(settings).length > 0,
    grants: [{ ...reads("acm", "DescribeCertificate", "certificate/*"), arns: givenCertificate }],
  },
  clusterArn: {
    neededFor: ({ clusterArn }) => clusterArn !== undefined,
    grants: [
      {
        ...reads("ecs", "DescribeClusters", "cluster/*"),
        arns: ({ clusterArn }) => given(clusterArn),
      },
    ],
  },
  "kmsKeyArn and cloudtakSigningSecretKmsKeyArn": {
    neededFor: (settings) => givenKeys(settings).length > 0,
    grants: [{ ...reads("kms", "DescribeKey", "key/*"), arns: givenKeys }],
  },
  permissionsBoundaryArn: {
    neededFor: ({ permissionsBoundaryArn }) => permissionsBoundaryArn !== undefined,
    grants: [
      {
        ...reads("iam", "GetPolicy GetPolicyVersion", "policy/*"),
        arns: ({ permissionsBoundaryArn }) => given(permissionsBoundaryArn),
      },
    ],
  },
  "secrets and their keys": {
    grants: [
      {
        ...reads("secretsmanager", "DescribeSecret GetResourcePolicy", "secret:*"),
        // What CloudTAK's stack exports is known only when it is asked.
        arns: ({ cloudtakSigningSecretArn, srtPassphraseSecretArn }) =>
          cloudtakSigningSecretArn === undefined
            ? []
            : given(cloudtakSigningSecretArn, srtPassphraseSecretArn),
      },
      reads("kms", "DescribeKey GetKeyPolicy", "key/*"),
    ],
  },
  "CloudTAK's exports": {
    neededFor: ({ cloudtakUrl, cloudtakSigningSecretArn }) =>
      cloudtakUrl === undefined || cloudtakSigningSecretArn === undefined,
    grants: [reads("cloudformation", "ListExports")],
  },
  "hosted zone": {
    neededFor: ({ certificate }) => domainOf(certificate) !== undefined,
    grants: [
      reads("route53", "ListHostedZonesByName"),
      reads("route53", "GetHostedZone ListResourceRecordSets", "hostedzone/*"),
    ],
  },
  images: {
    neededFor: (settings) => givenRepositories(settings, anyPlace).length > 0,
    grants: [
      {
        ...reads("ecr", "BatchGetImage GetDownloadUrlForLayer", "repository/*"),
        arns: givenRepositories,
      },
    ],
  },
};

/** Whether there is a repository does not depend on where the stack is. */
const anyPlace: Place = { account: "", region: "", partition: "aws" };
