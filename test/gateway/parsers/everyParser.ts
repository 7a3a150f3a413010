import { responseParsers } from "./foreignResponses";
import { gatewayParsers, type ParserCase } from "./malformedInput";

/** Every parser of bytes that a client, a source or another system sends. */
export const everyParser: readonly ParserCase<unknown>[] = [...gatewayParsers, ...responseParsers];
