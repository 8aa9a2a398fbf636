/** A graph's file, opened when pieces are to be cut and let go of afterwards, so that weights are not kept twice. */

import { modelFileChanged, modelFileUnreadable } from "../errors.ts";
import { decodeGraph, type Graph } from "./graph.ts";

/** An ONNX file on disk. */
export class GraphFile {
  /** Its path. */
  readonly path: string;
  #open: Graph | undefined;
  #stamp: string | undefined;

  /**
   * Names the file; nothing is read yet.
   *
   * @param path The file's path.
   */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * The decoded graph, read now or still open.
   *
   * @throws {Error} If the file cannot be read, or has changed since it was first read.
   * @throws {SyntaxError} If it is not an ONNX model.
   */
  async open(): Promise<Graph> {
    if (this.#open !== undefined) return this.#open;
    const { bytes, stamp } = await readWhole(this.path);
    if (this.#stamp !== undefined && this.#stamp !== stamp) throw modelFileChanged(this.path);
    this.#stamp = stamp;
    return this.#open ??= decodeGraph(bytes, this.path);
  }

  /** Lets go of the file's bytes; `open` reads them again. */
  close(): void {
    this.#open = undefined;
  }
}

/** One allocation and one read, half the memory of `Deno.readFile`. */
async function readWhole(path: string): Promise<{ bytes: Uint8Array; stamp: string }> {
  try {
    using file = await Deno.open(path);
    const { size, mtime } = await file.stat();
    const bytes = new Uint8Array(size);
    for (let filled = 0; filled < size;) {
      const count = await file.read(bytes.subarray(filled));
      if (count === null) throw new Error("the file became shorter");
      filled += count;
    }
    return { bytes, stamp: `${size}@${mtime?.getTime()}` };
  } catch (error) {
    throw modelFileUnreadable(path, error);
  }
}
