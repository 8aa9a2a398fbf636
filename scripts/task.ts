/** What every task does around its work: help, errors as one line, exit codes. */

import { UsageError } from "../lib/errors.ts";
import { type FlagName, type FlagValues, helpText, readFlags, type TaskHelp } from "./flags.ts";

/**
 * Runs a task and ends the process: 0 done, 1 failed, 2 wrong usage.
 *
 * @param help What `--help` says.
 * @param names The task's flags.
 * @param work The task itself.
 */
export async function runTask(
  help: TaskHelp,
  names: readonly FlagName[],
  work: (values: FlagValues) => Promise<void>,
): Promise<void> {
  try {
    const values = readFlags(Deno.args, names, { operands: help.operands !== undefined });
    if (values === "help") console.log(helpText(help, names));
    else await work(values);
  } catch (error) {
    const debug = Deno.env.get("NEGSCOPE_DEBUG") === "1";
    console.error(debug ? error : messageOf(error));
    if (error instanceof UsageError) console.error(`See: deno task ${help.name} --help`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** One line, without the control characters that a damaged file may have put into a name. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // deno-lint-ignore no-control-regex -- these are what must not reach a terminal
  return message.replace(/[\x00-\x1f\x7f-\x9f]/g, "\uFFFD");
}
