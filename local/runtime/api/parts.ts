import type { LocalAccount } from "../../account/localAccount";
import type { CredentialsEndpoint } from "../ecs/api/credentialsEndpoint";
import type { Cluster } from "../ecs/cluster";
import type { Balancer } from "../elbv2/balancer";
import type { Access } from "../iam/access";
import type { Functions } from "../lambda/functions";
import type { Secrets } from "../secretsManager/secrets";
import type { Existing } from "../state";

/** What the API asks and acts on. */
export interface ApiParts {
  /** Folder of the local cloud. */
  readonly root: string;
  readonly account: LocalAccount;
  readonly access: Access;
  readonly credentials: CredentialsEndpoint;
  readonly secrets: Secrets;
  readonly functions: Functions;
  readonly balancer: Balancer;
  readonly cluster: () => Cluster;
  /** See {@link Runtime.deployService}. */
  readonly deployService: (
    arn: string,
    existing: readonly Existing[],
  ) => Promise<string | undefined>;
}
