import type { MessagePort } from "node:worker_threads";
import { reasonOf } from "./source";
import type { OpenSource, SourceRelays } from "./sourceRelays";
import type { SourcesCommand, SourcesEvent } from "./sourcesWorker";

/** Does what {@link SourcesWorker} asks for over the port, in its thread. */
export function serveSources(
  port: MessagePort,
  createSources: (refused: (path: string, reason: string) => void) => Pick<SourceRelays, "open">,
): void {
  const tell = (event: SourcesEvent) => port.postMessage(event);
  const sources = createSources((path, reason) => tell({ kind: "refused", path, reason }));
  const opened = new Map<number, OpenSource>();

  port.on("message", (command: SourcesCommand) => {
    const { kind, id } = command;
    switch (kind) {
      case "open":
        sources.open(command.path, command.url, command.port).then(
          (source) => {
            opened.set(id, source);
            tell({ kind: "opened", id, url: source.url, port: source.port });
          },
          (error: unknown) => tell({ kind: "failed", id, reason: reasonOf(error) }),
        );
        return;
      case "close":
        opened.get(id)?.close();
        opened.delete(id);
        return;
      case "ping":
        tell({ kind: "pong", id });
    }
  });
}
