import { GetPolicyCommand, GetPolicyVersionCommand } from "@aws-sdk/client-iam";
import type { Statement } from "../../../components/iam/iam";
import { type Finding, fault, notChecked, ok } from "../../checks/finding";
import { boundaryOf } from "../../permissions/boundary";
import type { AwsClients } from "../awsClients";
import type { DoctorCheck } from "../context";
import { missingOr, placeFault } from "../placement";
import { allowance, denial } from "../resourcePolicy";

const subject = "permissionsBoundaryArn";

/** The boundary exists, and its default version allows what the stack's roles do. */
export const permissionsBoundary: DoctorCheck = {
  subject,
  reads: "everything",
  applies: ({ settings }) => settings.permissionsBoundaryArn !== undefined,
  run: async ({ aws, settings, identity, region, stack }, abortSignal) => {
    const arn = settings.permissionsBoundaryArn ?? "";
    const caller = await identity();
    const list = `aws iam list-policies; pulumi config set ${subject} <its ARN>`;
    const misplaced = placeFault(arn, caller, region);
    if (misplaced) return [fault(subject, `${arn} ${misplaced}`, list)];
    const { account } = caller;
    const place = { account, region, partition: caller.arn.split(":")[1] ?? "aws" };
    const needed: { Statement: Statement[] } = JSON.parse(boundaryOf(settings, place));
    const write =
      `npm run deployer:policy -- --stack ${stack} --account ${account} --out policies; aws iam create-policy-version ` +
      `--policy-arn ${arn} --policy-document file://policies/boundary-policy-${stack}.json --set-as-default`;
    try {
      const policy = await defaultVersionOf(arn, aws, abortSignal);
      return boundaryFindings(arn, policy, needed.Statement, write);
    } catch (error) {
      if (abortSignal.aborted) throw error;
      return [missingOr(subject, arn, error, list)];
    }
  },
};

async function defaultVersionOf(
  PolicyArn: string,
  { iam }: AwsClients,
  abortSignal: AbortSignal,
): Promise<string> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }), { abortSignal });
  const VersionId = Policy?.DefaultVersionId;
  const command = new GetPolicyVersionCommand({ PolicyArn, VersionId });
  const { PolicyVersion } = await iam.send(command, { abortSignal });
  return decodeURIComponent(PolicyVersion?.Document ?? "");
}

/** What a boundary lacks of what the roles need. */
function boundaryFindings(
  arn: string,
  policy: string,
  needed: readonly Statement[],
  remedy: string,
): Finding[] {
  const asked = needed.flatMap(({ Action, Resource, Condition = {} }) => {
    const context = Object.assign({}, ...Object.values(Condition));
    const resources = [Resource].flat();
    return Action.flatMap((action) =>
      resources.map((resource) => {
        const request = { action, resource, context };
        const denied = denial(policy, request);
        const allowed = allowance(policy, request);
        return { text: `${action} on ${resource}`, denied, allowed };
      }),
    );
  });
  const named = (those: typeof asked) => [...new Set(those.map(({ text }) => text))].join(", ");
  const refused = asked.filter(
    ({ denied, allowed }) => denied === "always" || allowed === undefined,
  );
  const open = asked.filter(
    (each) => !refused.includes(each) && [each.denied, each.allowed].includes("perhaps"),
  );
  if (refused.length > 0) {
    const message = `${arn} does not allow the stack's roles ${named(refused)}`;
    return [fault(subject, message, remedy)];
  }
  if (open.length === 0) return [ok(subject, `${arn}, which allows what the stack's roles do`)];
  const message = `a condition, a Deny or a name in ${arn} decides about ${named(open)}`;
  return [notChecked(subject, message, remedy)];
}
