import { version } from "@pulumi/aws/package.json";
import { failuresIn, notMatching } from "../engine/checkFailure";
import { Inputs } from "../engine/inputs";
import type { Package } from "../engine/package";
import { acm } from "./acm/acm";
import { cloudwatch } from "./cloudwatch/cloudwatch";
import { invokes } from "./dataSources";
import { prefixLists } from "./ec2/prefixLists";
import { routes } from "./ec2/routes";
import { securityGroups } from "./ec2/securityGroups";
import { ec2 } from "./ec2/vpc";
import { ecr } from "./ecr/ecr";
import { ecs } from "./ecs/clusterAndTask";
import { ecsService } from "./ecs/service";
import { listeners } from "./elbv2/listeners";
import { loadBalancers } from "./elbv2/loadBalancers";
import { targetGroups } from "./elbv2/targetGroups";
import { iam } from "./iam/roles";
import { kms } from "./kms/kms";
import { lambda } from "./lambda/lambda";
import { authorize } from "./operatorAccess";
import { route53 } from "./route53/route53";
import { s3 } from "./s3/s3";
import { secretInvokes } from "./secretDataSources";
import { secretsManager } from "./secretsManager/secretsManager";
import { sns } from "./sns/sns";
import { tagFailures } from "./tags";

/** The part of AWS that the program uses. */
export const aws: Package = {
  name: "aws",
  version,
  types: {
    ...acm,
    ...cloudwatch,
    ...ec2,
    ...ecr,
    ...ecs,
    ...ecsService,
    ...iam,
    ...kms,
    ...lambda,
    ...listeners,
    ...loadBalancers,
    ...prefixLists,
    ...route53,
    ...routes,
    ...s3,
    ...secretsManager,
    ...securityGroups,
    ...sns,
    ...targetGroups,
  },
  invokes: { ...invokes, ...secretInvokes },
  authorize,
  checkTags: tagFailures,
  checkConfig: (config) => {
    const inputs = new Inputs(config);
    return inputs.has("region")
      ? failuresIn(
          notMatching(
            inputs,
            "region",
            "InvalidRegion",
            /^[a-z]{2}(-[a-z]+)+-\d$/,
            "us-east-1 etc.",
          ),
        )
      : [{ property: "region", reason: "no region: `pulumi config set aws:region <region>`" }];
  },
};
