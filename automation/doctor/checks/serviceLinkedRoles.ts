import { GetRoleCommand } from "@aws-sdk/client-iam";
import { ok, warning } from "../../checks/finding";
import type { DoctorCheck } from "../context";

const roles = [
  ["AWSServiceRoleForECS", "ecs.amazonaws.com"],
  ["AWSServiceRoleForElasticLoadBalancing", "elasticloadbalancing.amazonaws.com"],
] as const;

/** AWS makes these with the first resource, if the caller may; a service that is made right then can fail. */
export const serviceLinkedRoles: readonly DoctorCheck[] = roles.map(([RoleName, service]) => {
  const subject = `role ${service.split(".")[0]}`;
  return {
    subject,
    reads: ["aws:region"],
    run: async ({ aws }, abortSignal) => {
      try {
        await aws.iam.send(new GetRoleCommand({ RoleName }), { abortSignal });
        return [ok(subject, RoleName)];
      } catch (error) {
        if ((error as Error).name !== "NoSuchEntityException") throw error;
        const remedy = `aws iam create-service-linked-role --aws-service-name ${service}`;
        return [warning(subject, `there is no ${RoleName} in this account yet`, remedy)];
      }
    },
  };
});
