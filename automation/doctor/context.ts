import type { GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts";
import type { Settings } from "../../config";
import type { KeyName } from "../../config/keys";
import type { Check } from "../checks/examine";
import type { StackResource } from "../stackResources";
import type { Workspace } from "../workspace";
import type { AwsClients } from "./awsClients";
import type { Machine } from "./machine";

/** The identity for which AWS takes the caller. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** CloudTAK as it is configured, or as its CloudFormation stack exports it. */
export interface CloudtakTarget {
  readonly url: string;
  readonly signingSecretArn: string;
}

/** What the checks of a stack look at. */
export interface DoctorContext {
  readonly stack: string;
  readonly target: "aws" | "local";
  readonly settings: Settings;
  readonly region: string;
  readonly workspace: Workspace;
  readonly aws: AwsClients;
  readonly machine: Machine;
  /** Each of these asks once; the checks share the answer. */
  readonly identity: () => Promise<Identity>;
  readonly cloudtak: () => Promise<CloudtakTarget>;
  /** The stack's resources of a type; none before the first deployment. */
  readonly deployed: (type: string) => Promise<readonly StackResource[]>;
}

/** One row of the list of checks. */
export interface DoctorCheck extends Check<DoctorContext> {
  /** Keys without which, or with faults in which, there is nothing to look at. */
  readonly reads: readonly (KeyName | "aws:region")[] | "everything";
}

/** Asks once and gives everyone the same answer. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

export const identityOf = ({ Account, Arn }: GetCallerIdentityCommandOutput): Identity => ({
  account: Account ?? "",
  arn: Arn ?? "",
});
