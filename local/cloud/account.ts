import type { AwsAccess } from "../../automation/doctor/awsClients";
import { Runtime } from "../runtime/runtime";
import { readAwsEndpoint } from "./awsEndpoint";
import { checkout, type LocalPaths } from "./paths";

/** The account of a local cloud, whether or not the cloud is running. */
export interface OpenAccount {
  readonly access: AwsAccess;
  readonly isRunning: boolean;
  readonly close: () => Promise<void>;
}

/** The API of the running local cloud; if none runs, an API of an account without deployed resources, until it is closed. */
export async function openAccount(paths: LocalPaths): Promise<OpenAccount> {
  const awsEndpoint = readAwsEndpoint(paths);
  if (awsEndpoint) return { access: awsEndpoint, isRunning: true, close: async () => {} };
  const runtime = new Runtime({
    root: paths.root,
    checkout,
    programs: {
      mediamtx: () => {
        throw new Error("this account runs no containers");
      },
      gateway: "",
    },
    secrets: new Map(),
    onStatus: () => {},
  });
  await runtime.apply([]);
  const { AccessKeyId, SecretAccessKey, Token } = runtime.operatorCredentials();
  return {
    access: {
      endpoint: runtime.apiUrl,
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: Token,
      },
    },
    isRunning: false,
    close: () => runtime.close(),
  };
}
