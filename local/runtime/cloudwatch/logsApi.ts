import { type Service, ServiceException } from "../api/service";
import { number, text } from "../state";
import { hasLogGroup, logEvents } from "./logGroups";

const maxEvents = 10_000;

/** CloudWatch Logs: what the containers and functions have printed. */
export const logs: Service = {
  protocol: "json",
  prefix: "logs",
  operations: {
    FilterLogEvents: (input, { root }) => {
      const group = text(input.logGroupName);
      if (!hasLogGroup(root, group)) {
        throw new ServiceException(
          "ResourceNotFoundException",
          "The specified log group does not exist.",
        );
      }
      const [from, to] = [number(input.startTime) ?? 0, number(input.endTime) ?? Infinity];
      const terms = termsOf(text(input.filterPattern));
      const events = logEvents(root, group)
        .filter(({ timestamp }) => timestamp >= from && timestamp < to)
        .filter(({ message }) => terms.every((term) => message.includes(term)))
        .slice(0, Math.min(number(input.limit) ?? maxEvents, maxEvents));
      return { events, searchedLogStreams: [] };
    },
  },
};

/** A pattern of terms: all must occur; quotes hold one together. */
const termsOf = (pattern: string): string[] =>
  [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
