import { parseConfig } from "../../config";
import { permissionsOf } from "./permissions";
import { policyDocuments } from "./policyDocuments";

const region = "ap-southeast-2";
const account = "123456789012";

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
};

/** The policies that the documentation shows, by name of their file. */
export const documentedPolicies = (): Map<string, string> =>
  policyFiles(
    "prod",
    policyDocuments(
      permissionsOf(parseConfig(fullConfig, "prod", new Set(), { region }), {
        account,
        region,
        partition: "aws",
      }),
    ),
  );

/** Documents by name of their file, numbered from 1. */
export const policyFiles = (stack: string, documents: readonly string[]): Map<string, string> =>
  new Map(
    documents.map((document, index) => [`deployer-policy-${stack}-${index + 1}.json`, document]),
  );
