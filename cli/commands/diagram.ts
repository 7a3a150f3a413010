import { Option } from "commander";
import { stackFaults } from "../../local/commands/stackFiles";
import { CliCommand } from "../commandLine/cliCommand";
import { fromStateOption, stackOption } from "../commandLine/options";

export const diagramCommand = () =>
  new CliCommand("diagram")
    .description("Draws a stack, as SVG and as Mermaid.")
    .addOption(stackOption())
    .addOption(fromStateOption())
    .addOption(new Option("--out <folder>", "folder to write to, in place of .local/diagram"))
    .addOption(new Option("--docs", "renew the diagrams of docs/ in place of it"))
    .rule(({ stack, fromState }) => (fromState || stack === undefined ? [] : stackFaults([stack])))
    .examples("npm run diagram -- --stack dev", "npm run diagram -- --stack prod --from-state")
    .action(async (options) => {
      const { drawDiagram }: typeof import("../../local/commands/diagram") =
        require("../../local/commands/diagram");
      await drawDiagram(options);
    });
