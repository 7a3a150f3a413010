import {
  authRolePermissions,
  executionRolePermissions,
  flowLogRolePermissions,
  taskRolePermissions,
} from "../../components/iam/rolePermissions";
import { ecrRepositoryArn } from "../../components/images/givenImage";
import type { Settings } from "../../config";
import { arnOf } from "./arn";
import { maxPolicyCharacters, type PolicyDocument, policyDocument, sizeOf } from "./policyDocument";
import {
  isNewNetwork,
  logGroupNames,
  makesPassphrase,
  type Place,
  passphraseName,
  repositoryNames,
} from "./row";

/** ARN that the boundary has when it is made under the name that belongs to it. */
export const boundaryArnOf = ({ names }: Settings, place: Place): string =>
  arnOf("iam", `policy/${names.system}-Boundary`, place);

/** What the deployer's policies of a stack without a boundary mean, and how to bound them. */
export const unboundedNotice = (stack: string, settings: Settings, place: Place): string => `
permissionsBoundaryArn is not set: whoever has these policies can become administrator of the account, by a role with
any policy that it hands to a function. Make the policy ${boundaryArnOf(settings, place)}
of boundary-policy-${stack}.json, then run this again after
  pulumi config set --stack ${stack} permissionsBoundaryArn ${boundaryArnOf(settings, place)}
`;

/**
 * The most that the stack's roles may ever do, as a managed policy: what their own policies say, with `*` for what is not
 * known before the stack is made.
 *
 * @throws Error when it is longer than IAM allows.
 */
export function boundaryOf(settings: Settings, place: Place): PolicyDocument {
  const arn = (service: string, end: string) => arnOf(service, end, place);
  const groups = logGroupNames(settings);
  const anyKey = arn("kms", "key/*");
  const statements = [
    ...authRolePermissions({
      logGroupArn: arn("logs", `log-group:${groups.authFunction}`),
      // CloudTAK's stack chooses the name of its secret.
      secretArn: settings.cloudtakSigningSecretArn ?? arn("secretsmanager", "secret:*"),
      secretKeyArn: settings.cloudtakSigningSecretKmsKeyArn ?? anyKey,
      kmsKeyArn: settings.kmsKeyArn,
      isInVpc: settings.authFunctionInVpc,
      isTraced: settings.authTracing,
    }),
    ...executionRolePermissions({
      logGroupArn: arn("logs", `log-group:${groups.containers}`),
      repositoryArns: repositoryArns(settings, place),
      ...passphrase(settings, place),
    }),
    ...taskRolePermissions(arn("lambda", `function:${settings.names.authFunction}:live`)),
    ...(isNewNetwork(settings)
      ? flowLogRolePermissions(arn("logs", `log-group:${groups.flowLog}`))
      : []),
  ];
  const size = sizeOf(statements);
  if (size > maxPolicyCharacters) {
    throw new Error(
      `the boundary has ${size} characters, a managed policy may have ${maxPolicyCharacters}`,
    );
  }
  return policyDocument(statements);
}

function repositoryArns(settings: Settings, place: Place): string[] {
  const own = repositoryNames(settings).map((name) => arnOf("ecr", `repository/${name}`, place));
  const given = [settings.gatewayImage, settings.mediamtxImage].map((image = "") =>
    ecrRepositoryArn(image, place.partition),
  );
  return [...own, ...given.filter((arn) => arn !== "")];
}

/** The secret with the SRT passphrase, and its key. */
function passphrase(settings: Settings, place: Place) {
  const { srtPassphraseSecretArn, kmsKeyArn } = settings;
  if (srtPassphraseSecretArn !== undefined) {
    return { secretArn: srtPassphraseSecretArn, secretKeyArn: arnOf("kms", "key/*", place) };
  }
  const made = makesPassphrase(settings)
    ? arnOf("secretsmanager", `secret:${passphraseName(settings)}`, place)
    : undefined;
  return { secretArn: made, secretKeyArn: kmsKeyArn };
}
