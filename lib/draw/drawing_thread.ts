/** Draws charts from files, which anyone may have written, in a thread that is ended if a chart takes too long or too much memory. */

import { NegscopeError } from "../errors/errors.ts";
import { Thread } from "../threads/thread.ts";
import type { DrawnPictures, Pictures } from "./pictures.ts";
import type { DrawingRequest } from "./worker.ts";

/**
 * A thread that draws charts, one after the other.
 *
 * Its limits end every request. A regular expression that never comes to an end cannot be interrupted, though: its thread ends with the
 * program, which is at once in a task.
 */
export class DrawingThread implements AsyncDisposable {
  readonly #thread: Thread<undefined, DrawingRequest, DrawnPictures>;
  readonly #seconds: number;
  readonly #limits: string;

  /** The seconds and the megabytes of JavaScript values that a chart may take; the kit's own take a few seconds and a tenth of the memory. */
  constructor({ seconds = 60, memory = 1024 } = {}) {
    this.#seconds = seconds;
    this.#limits = `more than ${seconds} seconds or ${memory} MB`;
    this.#thread = new Thread(new URL("./worker.ts", import.meta.url), {
      start: undefined,
      memory,
      released: () => tooLarge(this.#limits),
    });
  }

  async draw(spec: object, pictures: Pictures): Promise<DrawnPictures> {
    // a thread without memory often does not report it, and then ends here
    const late = setTimeout(() => this.#thread.release(), this.#seconds * 1000);
    try {
      return await this.#thread.ask({ spec, pictures });
    } catch (error) {
      const isFull = error instanceof NegscopeError && error.reason?.includes("memory limit");
      throw isFull ? tooLarge(this.#limits, error) : error;
    } finally {
      clearTimeout(late);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.release();
  }
}

function tooLarge(needs: string, cause?: unknown): NegscopeError {
  return new NegscopeError("chart-too-large", {
    problem: "Cannot draw the chart",
    reason: `it takes ${needs}`,
    fix: "look for what it computes, such as a long sequence, or repeat the run with --overwrite",
    cause,
  });
}
