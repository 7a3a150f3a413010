import type { ContainerPlan, TaskPlan } from "../plan/types";
import { quietSdk } from "../quietSdk";

export interface TaskEndpoints {
  /** URL of the local AWS API. */
  readonly api: string;
  /** Where the task's containers fetch credentials, if it has a role. */
  readonly credentials?: { readonly url: string; readonly token: string };
}

/**
 * The environment of a container: the task definition's, what Fargate adds, and nothing of ours but
 * PATH and TMPDIR. HOME is a folder of its own: with ours the AWS SDKs would find, and prefer, the
 * developer's real credentials.
 */
export function containerEnvironment(
  task: TaskPlan,
  container: ContainerPlan,
  secrets: Readonly<Record<string, string>>,
  endpoints: TaskEndpoints,
  home: string,
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
    ...quietSdk,
    ...(endpoints.credentials
      ? {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoints.credentials.url,
          AWS_CONTAINER_AUTHORIZATION_TOKEN: endpoints.credentials.token,
        }
      : {}),
    ...container.environment,
    ...secrets,
  };
}
