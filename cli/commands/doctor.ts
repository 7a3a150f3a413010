import { CliCommand } from "../commandLine/cliCommand";
import { jsonOption, stackOption, targetOption } from "../commandLine/options";

export const doctorCommand = () =>
  new CliCommand("doctor")
    .description("Checks whether a stack can be deployed, before it is. Reads only.")
    .addOption(stackOption())
    .addOption(targetOption())
    .addOption(jsonOption())
    .examples("npm run doctor -- --stack prod", "npx tak-media doctor --stack dev --target local")
    .action(async (options) => {
      const { runDoctor }: typeof import("../checks/doctor") = require("../checks/doctor");
      process.exitCode = await runDoctor(options);
    });
