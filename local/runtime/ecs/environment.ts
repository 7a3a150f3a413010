import type { ContainerPlan, TaskPlan } from "../plan/types";

export interface TaskEndpoints {
  /** URL of the local AWS API. */
  readonly api: string;
  /** Where the task's containers fetch credentials, if it has a role. */
  readonly credentials?: { readonly url: string; readonly token: string };
}

/**
 * A path below a mount point of the container as a path on this machine: here a container is a process that
 * sees the machine's own files.
 */
const onThisMachine = (value: string, folders: ReadonlyMap<string, string>): string => {
  for (const [containerPath, folder] of folders) {
    if (value === containerPath || value.startsWith(`${containerPath}/`)) {
      return folder + value.slice(containerPath.length);
    }
  }
  return value;
};

/**
 * The environment of a container: the task definition's variables, those that Fargate adds, and of this process only
 * PATH and TMPDIR; paths into volumes are mapped to this machine. HOME is an empty folder, as the AWS SDKs would otherwise find and
 * prefer the developer's real credentials.
 */
export function containerEnvironment(
  task: TaskPlan,
  container: ContainerPlan,
  secrets: Readonly<Record<string, string>>,
  endpoints: TaskEndpoints,
  home: string,
  folders: ReadonlyMap<string, string>,
): Record<string, string> {
  const { PATH = "", TMPDIR } = process.env;
  return {
    PATH,
    ...(TMPDIR ? { TMPDIR } : {}),
    HOME: home,
    AWS_REGION: task.region,
    AWS_DEFAULT_REGION: task.region,
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_ENDPOINT_URL: endpoints.api,
    ...(endpoints.credentials
      ? {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoints.credentials.url,
          AWS_CONTAINER_AUTHORIZATION_TOKEN: endpoints.credentials.token,
        }
      : {}),
    ...Object.fromEntries(
      Object.entries(container.environment).map(([name, value]) => [
        name,
        onThisMachine(value, folders),
      ]),
    ),
    ...secrets,
  };
}
