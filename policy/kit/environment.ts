import { Config } from "@pulumi/pulumi";

/** What a stack is for; rules are stricter in production. */
export type Environment = "production" | "development";

/**
 * The environment of the stack that is being deployed: "development" when the project's configuration
 * key `environment` is exactly "dev", "production" in every other case, also when nothing is known.
 *
 * The engine hands project and configuration over when it starts the pack (PULUMI_NODEJS_PROJECT,
 * PULUMI_CONFIG), so one process serves one environment.
 */
export function stackEnvironment(): Environment {
  return new Config().get("environment") === "dev" ? "development" : "production";
}
