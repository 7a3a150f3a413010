import { reasonOf } from "../../checks/examine";
import { fault, ok, warning } from "../../checks/finding";
import type { DoctorCheck } from "../context";

const subject = "account";

/** The deployer's identity, and the account and region to which it leads. */
export const account: DoctorCheck = {
  subject,
  reads: ["aws:region"],
  run: async ({ identity, region }) => {
    try {
      const { account: id, arn } = await identity();
      const found = ok(subject, `${id} in ${region}, as ${arn}`);
      if (!arn.endsWith(":root")) return [found];
      return [
        found,
        warning(
          subject,
          "these are the credentials of the account's root user, which nothing can restrict",
          "aws configure sso, and deploy with a role",
        ),
      ];
    } catch (error) {
      return [
        fault(
          subject,
          `AWS does not take the credentials: ${reasonOf(error)}`,
          "aws sso login, or set AWS_PROFILE; check with aws sts get-caller-identity",
        ),
      ];
    }
  },
};
