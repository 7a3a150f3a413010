import type { DecideAnswer } from "./contract";
import { readEnvironment } from "./environment";
import { createHandler } from "./handler";

let answer: ((event: unknown) => Promise<DecideAnswer>) | undefined;

/**
 * The auth function: takes a DecideEvent, returns a DecideAnswer (contract.ts). The environment is read with
 * the first event, so that its faults stand in that event's error.
 */
export const handler = async (event: unknown): Promise<DecideAnswer> => {
  answer ??= createHandler(readEnvironment(process.env));
  return answer(event);
};
