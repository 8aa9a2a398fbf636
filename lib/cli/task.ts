/** What every task does around its work: it prints help, reports errors and interruptions in one line, and sets the exit code. */

import { isUsage, NegscopeError, visibleLine } from "../errors/errors.ts";
import { nearestName } from "../errors/kinds.ts";
import { flagName } from "../study/choice/study_options.ts";
import { wordLines } from "../tables/words.ts";
import { pictureFont } from "../draw/layout.ts";
import { checkSaid, printError, say } from "../show/terminal.ts";
import {
  type FlagSet,
  type FlagValues,
  helpText,
  readFlags,
  startOf,
  type TaskHelp,
  textFlag,
} from "./flags.ts";

export interface Task {
  readonly help: TaskHelp;
  readonly flags: FlagSet;
  readonly work: (values: FlagValues) => Promise<void>;
}

/** Runs a task, and ends the process with exit code 0 (done), 1 (failed) or 2 (wrong usage). Ctrl-C and SIGTERM end it at once: what is finished is on the disk. */
export async function runTask(
  help: TaskHelp,
  flags: FlagSet,
  work: (values: FlagValues) => Promise<void>,
  args: readonly string[] = Deno.args,
): Promise<void> {
  await endIfWrong(startOf(help), flags, async () => {
    const values = readFlags(args, flags, { operands: help.operands !== undefined });
    if (values === "help") return say(helpText(help, flags));
    const { operands: takes = "…", needsOperands = false } = help;
    const isPair = /^\w+ \w+$/.test(takes);
    if (needsOperands && values.operands!.length < (isPair ? 2 : 1)) {
      throw new NegscopeError("usage-value-missing", {
        problem: `Cannot run without ${takes}`,
        expected: `${isPair ? "two" : "at least one"}, as in: ${startOf(help)} ${help.example}`,
      });
    }
    const over = takes.includes("…") ? undefined : values.operands?.[takes.split(" ").length];
    if (over !== undefined) {
      throw new NegscopeError("usage-argument-unexpected", {
        problem: `Cannot use "${over}"`,
        expected: `no more than ${startOf(help)} ${takes}`,
      });
    }
    if (textFlag(values, "font") !== undefined) await pictureFont(textFlag(values, "font")); // refused before any work
    await work(values);
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
  await endIfWrong(start(""), {}, () => {
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
async function endIfWrong(start: string, flags: FlagSet, work: () => Promise<void> | void) {
  let code = 0;
  try {
    await work();
    checkSaid();
  } catch (error) {
    const debug = Deno.env.get("NEGSCOPE_DEBUG") === "1";
    printError(debug ? Deno.inspect(error) : messageOf(error, flags));
    if (isUsage(error)) printError(`See: ${start.trimEnd()} --help`);
    code = isUsage(error) ? 2 : 1;
  }
  if (code !== 0) Deno.exit(code);
}

/** An error's message, in which options of the kit are flags of the task: on one line, unless it is an error of the kit with details. */
function messageOf(error: unknown, flags: FlagSet): string {
  if (!(error instanceof NegscopeError)) {
    return visibleLine(error instanceof Error ? error.message : String(error));
  }
  const folder = ["out", "static"].find((name) => name in flags);
  return error.message
    .replace(
      /the option "(\w+)"/g,
      (said, name) => flagName(name) in flags ? `--${flagName(name)}` : said,
    )
    .replace(/choose another folder(?! \()/, folder === undefined ? "$&" : `$& (--${folder})`);
}
