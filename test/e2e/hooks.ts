import { stopAllPrograms } from "./program";
import { stopSystem, system } from "./system";

/** Mocha calls the root hooks of a worker around each file; its system runs until the worker ends. */
const isWorker = process.env.MOCHA_WORKER_ID !== undefined;

if (isWorker) {
  process.once("exit", stopAllPrograms);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
}

/** Root hooks: the system is up before the first test and gone after the last. */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context) {
    this.timeout(180000);
    await system();
  },
  async afterAll(this: Mocha.Context) {
    this.timeout(60000);
    if (isWorker) stopAllPrograms();
    else await stopSystem();
  },
};
