import { createMediaInfra } from "./components/mediaInfra";
import { stackSettings } from "./config/stack";

/** The whole system as one Pulumi program. Answers the outputs of the stack. */
async function program() {
  return createMediaInfra(await stackSettings(), { nameOf: (part) => part, packageFolder: "" });
}

export = program;
