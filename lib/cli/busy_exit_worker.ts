/** The thread that ends a process whose own thread is busy, see `busy_exit.ts`. */

import { clearLine, printError } from "../show/terminal.ts";
import { type BusyExitStart, exitOf } from "./busy_exit.ts";

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
