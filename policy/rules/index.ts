import type { Rule } from "../rule";
import { insecurePorts } from "./ports";
import { environmentMatchesStack } from "./stack";

/** Every rule of the pack. */
export const rules: readonly Rule[] = [environmentMatchesStack, insecurePorts];
