import type { Inventory } from "../../../account/accountStore";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notBetween, notMatching } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { names } from "../names";
import { policyFailures } from "./policyDocument";

export const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/rolePolicy:RolePolicy";
const attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

const notPolicyArn = (inputs: Inputs, property: string) => {
  const arn = inputs.text(property);
  return failWhen(
    arn !== undefined && !/^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/.+$/.test(arn),
    property,
    "ValidationError",
    `ARN ${arn} is not valid; allowed: arn:aws:iam::<account or aws>:policy/<name>`,
  );
};

const requireRole = (role: string | undefined, inventory: Inventory): void => {
  if (!inventory.byId(roleType, role)) {
    throw new AwsError("NoSuchEntity", `The role with name ${role} cannot be found`);
  }
};

/** Roles and their policies. */
export const iam: ResourceTypes = {
  [roleType]: {
    inputs: inputNames[roleType],
    replaceOnChanges: "name namePrefix path",
    defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
    naming: names.role,
    checkFailures: (inputs) => [
      ...failuresIn(
        notMatching(inputs, "path", "ValidationError", /^\/([!-~]+\/)?$/, "/ or /name/"),
        notPolicyArn(inputs, "permissionsBoundary"),
        notBetween(inputs, "maxSessionDuration", "ValidationError", [3600, 43200]),
      ),
      ...policyFailures(inputs, "assumeRolePolicy", "trust"),
      ...inputs
        .objects("inlinePolicies")
        .flatMap((entry) => policyFailures(entry, "policy", "permissions"))
        .map(({ reason }) => ({ property: "inlinePolicies", reason })),
    ],
    initialOutputs: (inputs, account) => {
      const id = inputs.text("name") ?? `${inputs.text("namePrefix") ?? ""}${account.hex(26)}`;
      return {
        id,
        name: id,
        arn: `arn:aws:iam::${account.id}:role${inputs.text("path") ?? "/"}${id}`,
        createDate: new Date().toISOString(),
        managedPolicyArns: [],
        uniqueId: `AROA${account.hex(17).toUpperCase()}`,
      };
    },
    validate: (inputs, inventory, self) => {
      const same = inventory.byId(roleType, inputs.text("name"));
      if (same && same.arn !== self?.arn) {
        throw new AwsError("EntityAlreadyExists", `Role with name ${same.id} already exists.`);
      }
    },
    validateDelete: ({ id, properties }, inventory) => {
      const attached = [policyType, attachmentType].flatMap((type) =>
        inventory.of(type).filter((item) => item.properties.role === id),
      );
      if (attached.length > 0 && properties.forceDetachPolicies !== true) {
        throw new AwsError(
          "DeleteConflict",
          `Cannot delete entity, must delete policies first: ${attached.map((item) => item.id).join(", ")}`,
        );
      }
    },
  },

  [policyType]: {
    inputs: inputNames[policyType],
    replaceOnChanges: "name namePrefix role",
    naming: names.rolePolicy,
    checkFailures: (inputs) => policyFailures(inputs, "policy", "permissions"),
    initialOutputs: (inputs, account) => {
      const own = inputs.text("name") ?? `${inputs.text("namePrefix") ?? ""}${account.hex(26)}`;
      return { id: `${inputs.text("role")}:${own}`, name: own };
    },
    validate: (inputs, inventory) => requireRole(inputs.text("role"), inventory),
  },

  [attachmentType]: {
    inputs: inputNames[attachmentType],
    replaceOnChanges: "policyArn role",
    checkFailures: (inputs) => failuresIn(notPolicyArn(inputs, "policyArn")),
    initialOutputs: (inputs, account) => ({ id: `${inputs.text("role")}-${account.hex(26)}` }),
    validate: (inputs, inventory) => requireRole(inputs.text("role"), inventory),
  },
};
