// Installs the clients of the end-to-end tests: `sudo node tools/clients.mjs`, where `npm test` is not run by root.
import { setUpClients } from "./toolchain/clients.mjs";

setUpClients("tests").catch((error) => {
  console.error(`\n${error.message}`);
  process.exit(1);
});
