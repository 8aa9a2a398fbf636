/** What a task prints while it works: a standard output that takes nothing does not end the work, but is told at its end. */

import { NegscopeError } from "../errors.ts";
import { print } from "../show/terminal.ts";

let failure: NegscopeError | undefined;

/** Prints a line or more; after a failure nothing more is printed. */
export function say(text: string): void {
  if (failure !== undefined) return;
  try {
    print(text);
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    failure = error;
  }
}

/** Throws the first error since the last call, if something could not be printed. */
export function checkSaid(): void {
  const first = failure;
  failure = undefined;
  if (first !== undefined) throw first;
}

/** Prints what a folder of several parts says and has, or that a shard of it is finished. */
export function sayParts(
  done: { readonly text: string; readonly files: string } | undefined,
  { out, say }: { readonly out: string; readonly say: (line: string) => void },
): void {
  if (done === undefined) {
    say(`This shard is finished: ${out} (deno task merge makes the whole of all shards)`);
    return;
  }
  say(done.text);
  say(done.files);
}
