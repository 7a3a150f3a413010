import { reasonOf } from "../../checks/examine";
import { fault, ok, warning } from "../../checks/finding";
import { engineCommand } from "../../engine/command";
import { backendUrl } from "../../engine/operate";
import type { DoctorCheck } from "../context";

const subject = "pulumi";

/** The CLI is there, and logged in to a backend. */
export const pulumi: DoctorCheck = {
  subject,
  reads: [],
  timeoutMs: 40_000,
  run: async ({ workspace, target }) => {
    try {
      const { version } = await engineCommand(workspace.env);
      const backend = await backendUrl(workspace);
      const found = ok(subject, `${version}, state in ${backend}`);
      if (target === "local" || !backend.startsWith("file:")) return [found];
      return [
        found,
        warning(
          subject,
          "the state is on this machine alone: no other machine can update or destroy the stack",
          "pulumi login s3://<bucket>?region=<region>, or pulumi login",
        ),
      ];
    } catch (error) {
      return [fault(subject, reasonOf(error), "npm run setup; pulumi login")];
    }
  },
};
