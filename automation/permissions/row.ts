import type { Settings } from "../../config";
import type { Condition } from "./condition";
import type { TagUse } from "./tags";

export type Operation = "create" | "read" | "update" | "delete";

/** Actions of one service on the same resources. */
export interface Grant {
  readonly service: string;
  /** Names of actions without the service, separated by white space, by the operation that calls them. */
  readonly actions: Readonly<Partial<Record<Operation, string>>>;
  /**
   * Resources, as the end of their ARN, with properties of the resource in braces: `role/{name}`. Left out: the
   * actions know no resources.
   */
  readonly on?: readonly string[];
  /** What the first property in braces may be, with `*` for any characters; every other one may be anything. */
  readonly names?: (settings: Settings) => readonly string[];
  /** In place of what `on` and `names` give: ARNs of what others have made. */
  readonly arns?: (settings: Settings, place: Place) => readonly string[];
  /** By which tags the call is held to the stack. Left out: by none. */
  readonly tags?: TagUse;
  /** Besides that of the tags. */
  readonly condition?: (settings: Settings, place: Place) => Condition;
  /** Service that the roles may be passed to. */
  readonly passedTo?: string;
  /** The action in which the resource gets its tags, for those services that tell. */
  readonly createAction?: string;
  /** Left out: always. */
  readonly neededFor?: (settings: Settings) => boolean;
}

/** What the provider calls for a resource type or a function. */
export interface Row {
  /** Whether stacks of these settings have it. Left out: all have. */
  readonly neededFor?: (settings: Settings) => boolean;
  readonly grants: readonly Grant[];
}

/** By type token, function token, or what else of a deployment needs them. */
export type Rows = Readonly<Record<string, Row>>;

/** Where a stack is deployed. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** The stack's log groups: of its containers, of its function, and of the flow log. */
export const logGroupNames = ({ names }: Settings) => ({
  containers: names.logGroup,
  authFunction: `/aws/lambda/${names.authFunction}`,
  flowLog: "network-flow-log-group-*",
});

/** Names of the stack's image repositories, whose ends Pulumi makes. */
export const repositoryNames = (settings: Settings): string[] => [
  ...(buildsGateway(settings) ? ["gateway-repository-*"] : []),
  ...(copiesMediamtx(settings) ? ["mediamtx-repository-*"] : []),
];

/** Name of the secret with the SRT passphrase that the stack makes; Secrets Manager appends to it. */
export const passphraseName = ({ names }: Settings): string => `${names.system}/SrtPassphrase-*`;

/**
 * Tags, changes and deletes what another stack of this program may have made under a name that matches.
 *
 * @param on the resources, by actions.
 */
export const withinStack = (
  on: (actions: Grant["actions"]) => Grant,
  actions: { readonly update?: string; readonly delete: string },
): Grant[] => [
  { ...on({ create: "TagResource" }), tags: "claimed" },
  {
    ...on({ ...actions, update: `${actions.update ?? ""} TagResource UntagResource` }),
    tags: "carried",
  },
];

/** The stack's roles, with its path, as in their ARNs after `role/`. Pulumi makes the ends of their names. */
export const roleNames = ({ names }: Settings) => {
  const path = names.rolePath.slice(1);
  return {
    auth: `${path}auth-role-*`,
    task: `${path}media-task-role-*`,
    taskExecution: `${path}media-task-execution-role-*`,
    flowLog: `${path}network-flow-log-role-*`,
  };
};

/** The right to hand roles of the stack to a service, which then acts in them. */
export const passRoles = (
  service: string,
  roles: Readonly<Record<string, keyof ReturnType<typeof roleNames>>>,
): Grant[] =>
  Object.entries(roles).map(([property, role]) => ({
    service: "iam",
    actions: { create: "PassRole", update: "PassRole" },
    on: [`role/{${property}}`],
    names: (settings) => [roleNames(settings)[role]],
    condition: () => ({ StringEquals: { "iam:PassedToService": service } }),
    passedTo: service,
  }));

/** The program makes the SRT passphrase of a production stack that is given none. */
export const makesPassphrase = ({ environment, srtPassphraseSecretArn }: Settings): boolean =>
  environment === "prod" && srtPassphraseSecretArn === undefined;

export const buildsGateway = ({ gatewayImage }: Settings): boolean => gatewayImage === undefined;
export const copiesMediamtx = ({ mediamtxImage }: Settings): boolean => mediamtxImage === undefined;
export const pushesImages = (settings: Settings): boolean =>
  buildsGateway(settings) || copiesMediamtx(settings);

export const isNewNetwork = ({ network }: Settings): boolean => network.kind === "new";
