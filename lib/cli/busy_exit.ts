/** Ends a process while ONNX Runtime computes, in its own thread, which is then too busy to answer Ctrl-C, or in others. */

/** Where the C library is that ends a process at once. */
const LIBRARIES: Readonly<Partial<Record<typeof Deno.build.os, string>>> = {
  linux: "libc.so.6",
  darwin: "/usr/lib/libSystem.B.dylib",
};

/** Ends the process at once, by the C library's `_exit` where it can be: `Deno.exit` tears down what threads still use, and crashes. */
export function exitAtOnce(code: number): void {
  (exitOf(LIBRARIES[Deno.build.os]) ?? Deno.exit)(code);
}

/** The function that ends the process at once; undefined without the right to call libraries, or where there is none, as on Windows. */
export function exitOf(library: string | undefined): ((code: number) => void) | undefined {
  if (library === undefined || !mayCallLibraries()) return undefined;
  try {
    return Deno.dlopen(library, { _exit: { parameters: ["i32"], result: "void" } }).symbols._exit;
  } catch {
    return undefined;
  }
}

function mayCallLibraries(): boolean {
  return Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

export interface BusyExitStart {
  readonly library: string;
  readonly codes: Readonly<Record<string, number>>;
  readonly message: string;
  /** One shared number: 1 once a thread has begun to end the process, which the other then leaves to it. */
  readonly ending: Int32Array<SharedArrayBuffer>;
}

/** A thread that listens for signals until this is disposed of. */
interface BusyExit extends Disposable {
  claim(): boolean; // whether this thread is the one that ends the process: the first that asks
}

/** Milliseconds after which a task is worth a thread that listens: short ones answer at once. */
const DELAY = 1000;

/**
 * Listens in another thread for signals that this one does not answer within half a second, prints a message and ends the process. What
 * has been written stays: every finished row has its line in the journal by then. Does nothing without the right to call libraries,
 * and on Windows, where the process ends when its own thread is free.
 */
export function endEvenIfBusy(
  message: string,
  codes: Readonly<Record<string, number>>,
): BusyExit {
  const ending = new Int32Array(new SharedArrayBuffer(4));
  const library = LIBRARIES[Deno.build.os];
  let worker: Worker | undefined;
  const listen = (library: string) => {
    worker = new Worker(new URL("./busy_exit_worker.ts", import.meta.url), { type: "module" });
    worker.onerror = (event) => event.preventDefault(); // a thread that cannot listen must not end the task
    worker.postMessage({ library, codes, message, ending } satisfies BusyExitStart);
  };
  const timer = library !== undefined && mayCallLibraries()
    ? setTimeout(() => listen(library), DELAY)
    : undefined;
  if (timer !== undefined) Deno.unrefTimer(timer);
  return {
    claim: () => Atomics.compareExchange(ending, 0, 0, 1) === 0,
    [Symbol.dispose]() {
      clearTimeout(timer);
      worker?.terminate();
    },
  };
}
