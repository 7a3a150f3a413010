import type { LocalAccount } from "../../account/localAccount";
import type { Access } from "../access";
import type { Balancer } from "../balancer/balancer";
import type { Cluster } from "../ecs/cluster";
import type { Functions } from "../lambda/functions";
import type { Secrets } from "../secrets";
import type { Existing } from "../state";
import type { CredentialsEndpoint } from "./credentialsEndpoint";

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
