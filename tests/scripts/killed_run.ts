/** The folders of runs that have been interrupted. */

import { namesIn } from "./task_process.ts";

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
