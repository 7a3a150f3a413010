import { Option } from "commander";
import { CliCommand } from "../commandLine/cliCommand";
import { jsonOption, stackOption, targetOption } from "../commandLine/options";

export const smokeCommand = () =>
  new CliCommand("smoke")
    .description("Publishes and plays a test stream on every open port of a deployed stack.")
    .addOption(stackOption())
    .addOption(targetOption())
    .addOption(
      new Option(
        "--credentials <file>",
        "file with user=..., password=... and stream=..., - is standard input; without it the " +
          "variables SMOKE_USER, SMOKE_PASSWORD and SMOKE_STREAM",
      ),
    )
    .addOption(new Option("--short", "without a test stream and credentials"))
    .addOption(jsonOption())
    .examples(
      "npm run smoke -- --stack prod --credentials smoke.txt",
      "npm run smoke -- --stack dev --target local --short",
    )
    .action(async (options) => {
      const { runSmoke }: typeof import("../checks/smoke") = require("../checks/smoke");
      process.exitCode = await runSmoke(options);
    });
