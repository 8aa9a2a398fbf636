/** The thread that ends a process whose own thread is busy, see `busy_exit.ts`. */

import { clearLine, printError } from "../show/terminal.ts";
import type { BusyExitStart } from "./busy_exit.ts";

/** Milliseconds in which the process's own thread may answer, which ends it more cleanly. */
const PATIENCE = 500;

addEventListener("message", (event) => {
  const { library, codes, message, ending }: BusyExitStart = (event as MessageEvent).data;
  const exit = exitOf(library);
  if (exit === undefined) return; // the process ends when its own thread is free
  for (const [signal, code] of Object.entries(codes)) {
    Deno.addSignalListener(signal as Deno.Signal, () =>
      setTimeout(() => {
        if (Atomics.compareExchange(ending, 0, 0, 1) !== 0) return;
        clearLine();
        printError(message);
        exit(code);
      }, PATIENCE));
  }
});

/** The function that ends the process at once; undefined where the system has no such library, as Linux without glibc. */
function exitOf(library: string): ((code: number) => void) | undefined {
  try {
    return Deno.dlopen(library, { _exit: { parameters: ["i32"], result: "void" } }).symbols._exit;
  } catch {
    return undefined;
  }
}
