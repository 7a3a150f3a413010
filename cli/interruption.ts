/** A signal that SIGINT, SIGTERM and SIGHUP abort. `onAbort` is called at the first of them. */
export function interruption(onAbort: () => void = () => {}): AbortController {
  const controller = new AbortController();
  const interrupt = () => {
    if (!controller.signal.aborted) onAbort();
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, interrupt);
  return controller;
}
