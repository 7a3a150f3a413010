import { hasFault, line } from "../../automation/checks/report";
import type { Outputs } from "../../automation/deployment";
import { NotWorkingError } from "../../automation/errors";
import { smoke } from "../../automation/smoke/smoke";
import type { Settings } from "../../config";
import type { Target } from "../targets";
import type { Reporter } from "./reporter";

/** The name of a new load balancer is not known everywhere at once. */
const patienceMs = { aws: 120_000, local: 10_000 } as const;

/** Checks what was deployed without any client's credentials. Throws a NotWorkingError. */
export async function checkDeployed(
  { health, local }: Target,
  settings: Settings,
  outputs: Outputs,
  { note }: Reporter,
  signal: AbortSignal,
): Promise<void> {
  if (health === false) return;
  const findings = await smoke({
    settings,
    outputs,
    access: health.client ?? {},
    local,
    patienceMs: patienceMs[local ? "local" : "aws"],
    onFindings: (found) => {
      for (const finding of found) note(line(finding));
    },
    signal,
  });
  if (hasFault(findings)) throw new NotWorkingError(findings);
}
