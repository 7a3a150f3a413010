import { foreignAnswers } from "./foreignAnswers";
import { everythingHostile, type Hostile } from "./hostile";

/** Every parser of bytes that a client, a source or another system sends. */
export const everyParser: readonly Hostile<unknown>[] = [...everythingHostile, ...foreignAnswers];
