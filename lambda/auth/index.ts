import { readEnvironment } from "./environment";
import { createHandler, type Handler } from "./handler";

let answer: Handler | undefined;

/**
 * The auth function: takes an event of the gateway and returns its answer (shared/authContract.ts). The environment is
 * read with the first event, so that its faults stand in that event's error.
 */
export const handler: Handler = async (event) => {
  answer ??= createHandler(readEnvironment(process.env));
  return answer(event);
};
