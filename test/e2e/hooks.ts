import { stopSystem, system } from "./system";

/** Root hooks: the system is up before the first test and gone after the last. */
export const mochaHooks = {
  async beforeAll(this: Mocha.Context) {
    this.timeout(180000);
    await system();
  },
  async afterAll(this: Mocha.Context) {
    this.timeout(60000);
    await stopSystem();
  },
};
