/** Kills runs and inspects their folders. */

import { namesIn, runTask, startTask, type TaskResult } from "./task_process.ts";

interface KilledRun {
  /** Milliseconds from its start to the kill. */
  readonly moment: number;
  /** False if it had already ended. */
  readonly killed: boolean;
  /** The number of rows in its journal, by phase. */
  readonly kept: Readonly<Record<string, number>>;
  readonly names: readonly string[];
}

/** Starts a task with `--out` and kills it, as `kill -9` does, after some milliseconds. */
export async function killTask(
  task: string,
  flags: readonly string[],
  { out, moment }: { readonly out: string; readonly moment: number },
): Promise<KilledRun> {
  const process = startTask(task, [...flags, "--out", out]);
  const output = process.output();
  await new Promise((resolve) => setTimeout(resolve, moment));
  try {
    process.kill("SIGKILL");
  } catch {
    // It has already ended.
  }
  const { signal } = await output;
  return { moment, killed: signal === "SIGKILL", kept: keptRows(out), names: namesIn(out) };
}

/** Waits until a run has kept a row or has ended. */
export async function untilKept(out: string, process: Deno.ChildProcess): Promise<void> {
  let running = true;
  process.status.then(() => running = false);
  while (running && Object.keys(keptRows(out)).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The number of finished rows in a run's journal, by phase. */
export function keptRows(out: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of journalOf(out).split("\n").slice(1, -1)) {
    const [phase]: [string] = JSON.parse(line);
    counts[phase] = (counts[phase] ?? 0) + 1;
  }
  return counts;
}

function journalOf(out: string): string {
  try {
    return Deno.readTextFileSync(`${out}/finished.jsonl`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return ""; // not started, or finished
    throw error;
  }
}

/** The names of files that differ between two folders, ignoring the manifest. */
export function differingFiles(out: string, whole: string): string[] {
  const read = (path: string) => {
    try {
      return Deno.readFileSync(path).toBase64();
    } catch {
      return undefined;
    }
  };
  return [...new Set([...namesIn(whole), ...namesIn(out)])]
    .filter((name) =>
      name !== "manifest.json" && read(`${out}/${name}`) !== read(`${whole}/${name}`)
    );
}

/** Runs a command again to its end, and returns the result. */
export async function finishTask(
  task: string,
  flags: readonly string[],
  out: string,
): Promise<TaskResult> {
  return await runTask(task, [...flags, "--out", out]);
}
