/** Runs tasks within the test's own process, in a tenth of the time that a separate process takes. */

import { assertEquals } from "@std/assert";
import "../own_cache.ts";
import { taskCommand, type TaskResult } from "./task_process.ts";

let last: Promise<unknown> = Promise.resolve();
let started = 0;

/**
 * Runs a task's script in this process, with its rights and its environment. One runs at a time, since they share the console.
 *
 * @param task The task's name.
 * @param flags Its arguments.
 */
export async function runHere(task: string, flags: readonly string[]): Promise<TaskResult> {
  const run = last.then(() => withConsole(() => codeOf(task, flags)));
  last = run.catch(() => undefined);
  return await run;
}

/** Runs a task, which must end well and say nothing beside what it prints, which is returned. */
export async function done(task: string, flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere(task, flags);
  assertEquals([code, stderr], [0, ""], `${task} ${flags.join(" ")}`);
  return stdout;
}

/** Runs a task without pictures, as {@linkcode done} does, and returns its folder. */
export async function run(task: string, flags: readonly string[], out: string): Promise<string> {
  await done(task, [...flags, "--format", "none", "--quiet", "--out", out]);
  return out;
}

/** Thrown in place of the end of the process. */
class Ended extends Error {
  constructor(readonly code: number) {
    super(`ended with ${code}`);
  }
}

/** Evaluates the command, or a developers' script, anew, which does not load its imports anew, and returns its exit code. */
async function codeOf(task: string, flags: readonly string[]): Promise<number> {
  const { args } = taskCommand(task);
  const path = args.find((arg) => arg.endsWith(".ts"))!;
  const isUsers = path === `scripts/${task}.ts`;
  const script = new URL(`../../${isUsers ? "cli.ts" : path}?${++started}`, import.meta.url);
  const own = Object.getOwnPropertyDescriptors(Deno);
  const exit = (code = 0) => {
    throw new Ended(code);
  };
  Object.defineProperties(Deno, {
    args: { value: isUsers ? [task, ...flags] : flags, configurable: true, enumerable: true },
    exit: { ...own.exit, value: exit },
  });
  const awake = setInterval(() => {}, 1); // Deno ends with an error if it has nothing to do but wait for a module
  try {
    await import(script.href);
    return 0;
  } catch (error) {
    if (error instanceof Ended) return error.code;
    throw error;
  } finally {
    clearInterval(awake);
    Object.defineProperties(Deno, { args: own.args, exit: own.exit });
  }
}

async function withConsole(run: () => Promise<number>): Promise<TaskResult> {
  const { log, error } = console;
  const lines = { stdout: "", stderr: "" };
  console.log = (line: unknown) => void (lines.stdout += `${line}\n`);
  console.error = (line: unknown) => void (lines.stderr += `${line}\n`);
  try {
    return { code: await run(), ...lines };
  } finally {
    console.log = log;
    console.error = error;
  }
}
