/** What every task does around its work: it prints help, reports errors and interruptions in one line, and sets the exit code. */

import { isUsage, NegscopeError, visibleLine } from "../errors/errors.ts";
import { nearestName } from "../errors/kinds.ts";
import { wordLines } from "../tables/words.ts";
import { checkSaid, clearLine, printError, say } from "../show/terminal.ts";
import { endEvenIfBusy, exitAtOnce } from "./busy_exit.ts";
import {
  type FlagSet,
  type FlagValues,
  helpText,
  readFlags,
  startOf,
  type TaskHelp,
} from "./flags.ts";

export interface Task {
  readonly help: TaskHelp;
  readonly flags: FlagSet;
  readonly work: (values: FlagValues) => Promise<void>;
}

/** Runs a task, and ends the process with exit code 0 (done), 1 (failed), 2 (wrong usage), 130 (Ctrl-C) or 143 (SIGTERM). */
export async function runTask(
  help: TaskHelp,
  flags: FlagSet,
  work: (values: FlagValues) => Promise<void>,
  args: readonly string[] = Deno.args,
): Promise<void> {
  await endIfWrong(startOf(help), async () => {
    const values = readFlags(args, flags, { operands: help.operands !== undefined });
    if (values === "help") say(helpText(help, flags));
    else if (help.needsOperands && !values.operands?.length) {
      throw new NegscopeError("usage-value-missing", {
        problem: `Cannot run without ${help.operands}`,
        subject: help.operands,
        expected: `at least one, as in: ${startOf(help)} ${help.example}`,
      });
    } else if (help.endsItself) await work(values);
    else await interruptible(flags, values, work);
  });
}

/**
 * The name of the task that is the first argument, if it is one of several: without arguments they are listed, and one that there is not is
 * refused with the nearest.
 *
 * @param descriptions What each does.
 * @param start The command that starts one.
 */
export async function chosenTask(
  descriptions: Readonly<Record<string, string>>,
  start: (name: string) => string,
): Promise<string | undefined> {
  const [name = "--help"] = Deno.args;
  const names = Object.keys(descriptions);
  if (names.includes(name)) return name;
  await endIfWrong(start(""), () => {
    if (["--help", "-h"].includes(name)) {
      const tasks = Object.entries(descriptions).map(([word, means]) => ({ word, means }));
      return say(`${start("NAME")} runs one of\n\n${wordLines(tasks)}`);
    }
    const nearest = nearestName(name, names);
    throw new NegscopeError("usage-argument-unexpected", {
      problem: `Cannot run "${name}"`,
      reason: "there is no such task",
      fix: nearest && `the nearest is: ${start(nearest)}`,
    });
  });
  return undefined;
}

/** Reports an error of the work in one line, and ends the process with its exit code. `start`: the command whose --help tells more. */
async function endIfWrong(start: string, work: () => Promise<void> | void): Promise<void> {
  let code = 0;
  try {
    await work();
    checkSaid();
  } catch (error) {
    const debug = Deno.env.get("NEGSCOPE_DEBUG") === "1";
    printError(debug ? Deno.inspect(error) : messageOf(error));
    if (isUsage(error)) printError(`See: ${start.trimEnd()} --help`);
    code = exitCodeOf(error);
  }
  if (code !== 0) Deno.exit(code);
}

/** Lets Ctrl-C and SIGTERM end the process at the next turn of its event loop, or soon if that is busy; finished rows are already on disk. */
async function interruptible(
  flags: FlagSet,
  values: FlagValues,
  work: (values: FlagValues) => Promise<void>,
): Promise<void> {
  const overwrite = values["overwrite"] === true;
  const message = interrupted({ resumable: "seed" in flags || "job" in flags, overwrite });
  using busy = endEvenIfBusy(message, EXIT_CODES);
  using _listening = onInterruption((signal) => {
    if (!busy.claim()) return; // the other thread is ending the process
    clearLine();
    printError(message);
    exitAtOnce(EXIT_CODES[signal]);
  });
  await work(values);
}

/** The signals that ask a task to end, with its exit code: 128 and the signal's number, as a shell counts. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Listens for Ctrl-C and SIGTERM until the returned value is disposed of. */
export function onInterruption(stop: (signal: keyof typeof EXIT_CODES) => void): Disposable {
  const signals = Deno.build.os === "windows"
    ? ["SIGINT"] as const
    : ["SIGINT", "SIGTERM"] as const;
  const listeners = signals.map((signal) => [signal, () => stop(signal)] as const);
  listeners.forEach((listener) => Deno.addSignalListener(...listener));
  return {
    [Symbol.dispose]: () => {
      listeners.forEach((listener) => Deno.removeSignalListener(...listener));
    },
  };
}

/** The exit code of a task that ends with an error: 1 if its work failed, 2 for wrong usage, 130 if Ctrl-C and 143 if SIGTERM ended it. */
export function exitCodeOf(error: unknown): 1 | 2 | 130 | 143 {
  if (isUsage(error)) return 2;
  if (!(error instanceof NegscopeError) || error.code !== "download-interrupted") return 1;
  return EXIT_CODES[error.subject === "SIGTERM" ? "SIGTERM" : "SIGINT"];
}

/** The message of an interrupted task, which is no error; the same command may resume it, or with --overwrite discard its rows. */
export function interrupted(
  { resumable, overwrite }: { readonly resumable: boolean; readonly overwrite: boolean },
): string {
  if (!resumable) return "Interrupted: give the same command to start again";
  const command = overwrite ? "the same command without --overwrite" : "the same command";
  return `Interrupted: finished rows are kept; give ${command} to go on`;
}

/** An error's message: on one line, unless it is an error of the kit with details. */
function messageOf(error: unknown): string {
  if (error instanceof NegscopeError) return error.message;
  return visibleLine(error instanceof Error ? error.message : String(error));
}

/** Prints what a folder of several parts says and has, or that a shard of it is finished. */
export function sayParts(
  done: { readonly text: string; readonly files: string },
  { say }: { readonly say: (line: string) => void },
): void {
  say(done.text);
  say(done.files);
}
