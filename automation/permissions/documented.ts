import { parseConfig, type Settings } from "../../config";
import { arnOf } from "./arn";
import { boundaryOf } from "./boundary";
import { doctorCalls } from "./doctorCalls";
import { permissionsIn, permissionsOf } from "./permissions";
import { type PolicyDocument, policyDocuments } from "./policyDocument";
import type { Place } from "./row";

export const documentedPlace: Place = {
  region: "ap-southeast-2",
  account: "123456789012",
  partition: "aws",
};

/** Configuration of a production stack with everything that the program can make. */
export const fullConfig = {
  environment: "prod",
  cloudtakStack: "TAK-Prod",
  domainName: "media.example.org",
  hostedZoneName: "example.org",
  natGateways: "OnePerAz",
  authFunctionInVpc: "true",
  alarmEmail: "operations@example.org",
  protect: "false",
  permissionsBoundaryArn: arnOf("iam", "policy/TAK-Prod-MediaInfra-Boundary", documentedPlace),
};

/** @throws Error when it is longer than IAM allows. */
export function doctorPolicyOf(settings: Settings, place: Place): PolicyDocument {
  const [document, ...others] = policyDocuments(permissionsIn(doctorCalls, settings, place));
  if (document === undefined || others.length > 0) {
    throw new Error("what doctor reads does not fit into one managed policy");
  }
  return document;
}

/** The policies that the documentation shows, by name of their file. */
export const documentedPolicies = (): Map<string, string> =>
  policyFiles(
    "prod",
    parseConfig(fullConfig, "prod", new Set(), { region: documentedPlace.region }),
    documentedPlace,
  );

/**
 * The deployer's policies, numbered from 1, the boundary of the roles that it makes, and the policy of whoever runs
 * `doctor`, by name of their file.
 */
export const policyFiles = (
  stack: string,
  settings: Settings,
  place: Place,
): Map<string, string> => {
  const documents = policyDocuments(permissionsOf(settings, place));
  return new Map([
    [`boundary-policy-${stack}.json`, boundaryOf(settings, place)],
    [`doctor-policy-${stack}.json`, doctorPolicyOf(settings, place)],
    ...documents.map((document, index): [string, string] => [
      `deployer-policy-${stack}-${index + 1}.json`,
      document,
    ]),
  ]);
};
