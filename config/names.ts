/** Names that operators meet in commands and consoles. All derive from the stack's name. */
export interface Names {
  readonly system: string;
  /** IAM path of the stack's roles, which tells them from those of other stacks. */
  readonly rolePath: string;
  readonly cluster: string;
  /** ECS service and task family. */
  readonly service: string;
  readonly logGroup: string;
  readonly authFunction: string;
}

/** What every name below may hold, Lambda's limit of 64 characters included. */
export const stackName = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;

/** Stack "dev" is called TAK-Dev-MediaInfra. */
export function namesOf(stack: string): Names {
  const prefix = `TAK-${stack.charAt(0).toUpperCase()}${stack.slice(1)}`;
  const system = `${prefix}-MediaInfra`;
  return {
    system,
    rolePath: `/${system}/`,
    cluster: `${prefix}-ECSCluster`,
    service: `${system}-MediaMTX`,
    logGroup: `/ecs/${system}-MediaMTX`,
    authFunction: `${system}-Auth`,
  };
}
