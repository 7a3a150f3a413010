import { foreignAnswers } from "./foreignResponses";
import { everythingHostile, type Hostile } from "./malformedInput";

/** Every parser of bytes that a client, a source or another system sends. */
export const everyParser: readonly Hostile<unknown>[] = [...everythingHostile, ...foreignAnswers];
