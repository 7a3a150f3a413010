import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { stacksHere } from "../../local/commands/stackFiles";

/** Adds `completion <shell>`, which prints a script for that shell, and the hidden command that the script asks. */
export function addCompletion(program: Command): void {
  const { commands } = tab(program, { completionCommandName: "completion" });
  for (const { arguments: words, options } of commands.values()) {
    for (const one of [words.get("stack"), options.get("stack")]) {
      if (one) one.handler = completeStack;
    }
  }
}

function completeStack(complete: (value: string, description: string) => void): void {
  for (const stack of stacksHere()) complete(stack, `Pulumi.${stack}.yaml`);
}
