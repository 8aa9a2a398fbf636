/** What every task does around its work: it prints help, reports errors and interruptions in one line, and sets the exit code. */

import { isUsage, NegscopeError } from "../errors.ts";
import {
  commandOf,
  type FlagSet,
  type FlagValues,
  helpText,
  readFlags,
  type TaskHelp,
} from "./flags.ts";

/** A task. */
export interface Task {
  /** The text of `--help`. */
  readonly help: TaskHelp;
  /** Its flags. */
  readonly flags: FlagSet;
  /** The work of the task. */
  readonly work: (values: FlagValues) => Promise<void>;
}

/**
 * Runs a task with the arguments of the command line and ends the process with exit code 0 (done), 1 (failed), 2 (wrong usage) or
 * 130 (interrupted).
 *
 * @param help The text of `--help`.
 * @param flags The task's flags.
 * @param work The work of the task.
 */
export async function runTask(
  help: TaskHelp,
  flags: FlagSet,
  work: (values: FlagValues) => Promise<void>,
): Promise<void> {
  const code = await exitCodeOfTask({ help, flags, work }, Deno.args);
  if (code !== 0) Deno.exit(code);
}

/**
 * Runs a task and prints errors in one line.
 *
 * @param task The task.
 * @param args Its arguments.
 * @returns The exit code.
 */
export async function exitCodeOfTask(
  { help, flags, work }: Task,
  args: readonly string[],
): Promise<number> {
  try {
    const values = readFlags(args, flags, { operands: help.operands !== undefined });
    if (values === "help") console.log(helpText(help, flags));
    else if (help.needsOperands && !values.operands?.length) {
      console.error(helpText(help, flags));
      return 2;
    } else if (help.endsItself) await work(values);
    else await interruptible(flags, values, work);
    return 0;
  } catch (error) {
    const debug = Deno.env.get("NEGSCOPE_DEBUG") === "1";
    console.error(debug ? error : messageOf(error));
    if (isUsage(error)) console.error(`See: ${commandOf(help)} --help`);
    return exitCodeOf(error);
  }
}

const CLEAR_LINE = new TextEncoder().encode("\r\x1b[K");

/** Lets Ctrl-C and SIGTERM end the process at the next turn of its event loop; finished rows are already on disk. */
async function interruptible(
  flags: FlagSet,
  values: FlagValues,
  work: (values: FlagValues) => Promise<void>,
): Promise<void> {
  const stop = () => {
    if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(CLEAR_LINE); // clears a progress bar
    const overwrite = values["overwrite"];
    console.error(interrupted({ resumable: "seed" in flags, overwrite: overwrite === true }));
    Deno.exit(130);
  };
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  signals.forEach((signal) => Deno.addSignalListener(signal, stop));
  try {
    await work(values);
  } finally {
    signals.forEach((signal) => Deno.removeSignalListener(signal, stop));
  }
}

/**
 * The exit code of a task that ends with an error: 1 if its work failed, 2 for wrong usage, 130 if the user interrupted it.
 *
 * @param error The error.
 */
export function exitCodeOf(error: unknown): 1 | 2 | 130 {
  if (isUsage(error)) return 2;
  return error instanceof NegscopeError && error.code === "download-interrupted" ? 130 : 1;
}

/**
 * The message of an interrupted task; it is not an error, since the user asked for it.
 *
 * @param task Whether the same command resumes from finished rows, and whether it would discard them first.
 */
export function interrupted(
  { resumable, overwrite }: { readonly resumable: boolean; readonly overwrite: boolean },
): string {
  if (!resumable) return "Interrupted: give the same command to start again";
  const command = overwrite ? "the same command without --overwrite" : "the same command";
  return `Interrupted: finished rows are kept; give ${command} to go on`;
}

/** Puts an error's message on one line, without control characters, which names from a damaged file may contain. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // deno-lint-ignore no-control-regex -- these must not reach a terminal
  return message.replace(/[\x00-\x1f\x7f-\x9f]/g, "\uFFFD");
}
