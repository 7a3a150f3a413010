import type { Permission } from "./permissions";

/** A policy document of IAM, in JSON with line breaks. */
export type PolicyDocument = string;

/** Of a managed policy; white space does not count. */
export const maxPolicyCharacters = 6144;

/**
 * Permissions as managed policies of IAM: as few as can be without one that is too long.
 *
 * @throws Error when one permission alone is too long.
 */
export function policyDocuments(permissions: readonly Permission[]): PolicyDocument[] {
  const statements = permissions.map(({ actions, resources, condition }) => ({
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  }));
  const documents: object[][] = [[]];
  for (const statement of statements) {
    const last = documents.at(-1) ?? [];
    if (sizeOf([...last, statement]) <= maxPolicyCharacters) {
      last.push(statement);
      continue;
    }
    if (sizeOf([statement]) > maxPolicyCharacters) {
      throw new Error(
        `the permission for ${statement.Resource.join(", ")} alone is longer than a managed policy may be ` +
          `(${maxPolicyCharacters} characters)`,
      );
    }
    documents.push([statement]);
  }
  return documents.map(policyDocument);
}

export const policyDocument = (statements: readonly object[]): PolicyDocument =>
  `${JSON.stringify(policyOf(statements), null, 2)}\n`;

/** As IAM counts it. */
export const sizeOf = (statements: readonly object[]): number =>
  JSON.stringify(policyOf(statements)).length;

const policyOf = (Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });
