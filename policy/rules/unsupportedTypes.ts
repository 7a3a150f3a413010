import { resourceRule } from "../kit/rule";
import { known } from "../kit/tristate";

/** Services that rules of this pack look at, as aws-native and CloudFormation name them; `index` holds any type. */
export const guardedServices = [
  ...["ec2", "elasticloadbalancing", "elasticloadbalancingv2", "globalaccelerator", "vpclattice"],
  ...["appmesh", "ecs", "lightsail", "gamelift", "elasticbeanstalk", "medialive"],
  ...["iam", "lambda", "logs", "cloudwatch", "kms", "secretsmanager", "sns", "s3", "cloudfront"],
  ...["certificatemanager", "cloudformation", "servicecatalog", "index"],
];

/** Other providers of the same services, Terraform's run by Pulumi among them, with property names of their own. */
const otherProviders = new RegExp(
  `^aws-native:(${guardedServices.join("|")}):|^awscc:|^aws:index/|^[^:]+:tf:aws(cc)?_`,
);

/** Whatever their templates say. */
const templates =
  /^aws:(cloudformation\/stack(Set|Instances|SetInstance)?|cloudcontrol\/resource|serverlessrepository\/cloudFormationStack|servicecatalog\/provisionedProduct):/;

/** Code that runs during a deployment, with the permissions of the deployment. */
const commands = /^command:(local|remote):|^pulumi-\w+:dynamic[:/]/;

/** The id is older than the name: configuration files that name it must keep their effect. */
export const unsupportedResourceTypes = resourceRule({
  name: "unread-resources",
  description:
    "Prohibits resources that may open ports or give rights in a notation that this pack does not support.",
  severity: "high",
  level: "production",
  waivedBy: "configuration",
  ids: {},
  remediationSteps:
    "Use the resource of the aws provider; or review it by hand and name its type under allowedTypes in the rule's configuration.",
  config: {
    properties: { allowedTypes: { type: "array", items: { type: "string" }, default: [] } },
    defaults: { allowedTypes: [] as string[] },
  },
  types: (type) => [otherProviders, templates, commands].some((pattern) => pattern.test(type)),
  check: (resource, report, { type, config }) =>
    report.refuse(
      known(!config.allowedTypes.includes(type)),
      resource,
      `no rule reads resources of type "${type}", so that what they open and allow is not checked`,
    ),
});

export const unsupportedTypeRules = [unsupportedResourceTypes] as const;
