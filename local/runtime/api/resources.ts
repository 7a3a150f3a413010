import { list, type Properties, text } from "../state";
import type { Call } from "./service";

type Place = Pick<Call, "account" | "region">;

const arn = (service: string, end: string, { account, region }: Place): string =>
  `arn:aws:${service}:${region}:${account.id}:${end}`;

/** What was asked for may be named by its ARN or by the end of it. */
const named = (service: string, kind: string, name: string, place: Place): string =>
  name.startsWith("arn:") ? name : arn(service, `${kind}${name}`, place);

const certificate = (input: Properties) => text(input.CertificateArn);
const key = (input: Properties, place: Place) => named("kms", "key/", text(input.KeyId), place);
const secret = (input: Properties, place: Place) =>
  named("secretsmanager", "secret:", text(input.SecretId), place);
const repository = (input: Properties, place: Place) =>
  arn("ecr", `repository/${text(input.repositoryName)}`, place);

const hostedZone = ({ Id }: Properties) => `arn:aws:route53:::hostedzone/${text(Id)}`;

/** By action. */
const resources: Readonly<Record<string, (input: Properties, place: Place) => string>> = {
  "acm:DescribeCertificate": certificate,
  "ecr:BatchGetImage": repository,
  "ecr:GetDownloadUrlForLayer": repository,
  "ecs:DescribeClusters": ({ clusters }, place) =>
    named("ecs", "cluster/", text(list(clusters)[0]), place),
  "ecs:DescribeTasks": ({ tasks }) => text(list(tasks)[0]),
  "iam:GetPolicy": ({ PolicyArn }) => text(PolicyArn),
  "iam:GetPolicyVersion": ({ PolicyArn }) => text(PolicyArn),
  "iam:GetRole": ({ RoleName }, { account }) => `arn:aws:iam::${account.id}:role/${text(RoleName)}`,
  "iam:SimulatePrincipalPolicy": ({ PolicySourceArn }) => text(PolicySourceArn),
  "kms:DescribeKey": key,
  "kms:GetKeyPolicy": key,
  "route53:GetHostedZone": hostedZone,
  "route53:ListResourceRecordSets": hostedZone,
  "secretsmanager:DescribeSecret": secret,
  "secretsmanager:GetResourcePolicy": secret,
};

/** The resource against which IAM evaluates a call; "*" for actions without resource-level permissions. */
export const resourceOf = (action: string, input: Properties, place: Place): string =>
  resources[action]?.(input, place) ?? "*";
