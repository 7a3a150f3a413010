import type { Writable } from "node:stream";

/**
 * Writes to a stream that may be closed early, as by `| head -1`. Without a listener Node ends the process at once with a stack
 * trace, and the engine, in a process group of its own, goes on. `onClosed` is called once; what is written later is dropped.
 */
export function outputTo(stream: Writable, onClosed: () => void): (text: string) => void {
  let isOpen = true;
  stream.on("error", () => {
    if (!isOpen) return;
    isOpen = false;
    onClosed();
  });
  return (text) => {
    if (isOpen) stream.write(text);
  };
}
