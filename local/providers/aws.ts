import { version } from "@pulumi/aws/package.json";
import { Inputs } from "./inputs";
import { invokes } from "./invokes";
import { authorize } from "./operatorAccess";
import type { Package } from "./package";
import { faultsIn, notMatching } from "./resourceType";
import { secretInvokes } from "./secretInvokes";
import { acm } from "./types/acm";
import { cloudwatch } from "./types/cloudwatch";
import { ec2 } from "./types/ec2";
import { ecr } from "./types/ecr";
import { ecs } from "./types/ecs";
import { ecsService } from "./types/ecsService";
import { iam } from "./types/iam";
import { kms } from "./types/kms";
import { lambda } from "./types/lambda";
import { listeners } from "./types/listeners";
import { loadBalancers } from "./types/loadBalancers";
import { prefixLists } from "./types/prefixLists";
import { route53 } from "./types/route53";
import { routes } from "./types/routes";
import { s3 } from "./types/s3";
import { secretsManager } from "./types/secretsManager";
import { securityGroups } from "./types/securityGroups";
import { sns } from "./types/sns";
import { targetGroups } from "./types/targetGroups";

/** AWS, as far as the program uses it. */
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
  configFaults: (config) => {
    const inputs = new Inputs(config);
    return inputs.has("region")
      ? faultsIn(
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
