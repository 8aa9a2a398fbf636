/** A graph's file, opened when pieces are to be cut and let go of afterwards, so that weights are not kept twice. */

import { modelFileChanged, modelFileUnreadable } from "../errors.ts";
import { ExternalData } from "./external_data.ts";
import { decodeGraph } from "./decode.ts";
import type { Graph } from "./graph.ts";

const MAX_BYTES = 2 ** 31; // of one protocol buffer

/** An ONNX file on disk. */
export class GraphFile {
  /** Its path. */
  readonly path: string;
  #open: Graph | undefined;
  #stamps: ReadonlyMap<string, string> = new Map();

  /**
   * Names the file; nothing is read yet.
   *
   * @param path The file's path.
   */
  constructor(path: string) {
    this.path = path;
  }

  /** The file and the files beside it that hold its weights; known once it has been opened. */
  get files(): readonly string[] {
    return [...this.#stamps.keys()];
  }

  /**
   * The decoded graph, read now or still open.
   *
   * @throws {Error} If the file cannot be read, or has changed since it was first read.
   * @throws {SyntaxError} If it is not an ONNX model.
   * @throws {RangeError} If it is larger than a model can be, or its weights are not where and what it says.
   */
  async open(): Promise<Graph> {
    if (this.#open !== undefined) return this.#open;
    const { bytes, stamp } = await readWhole(this.path);
    if (this.#open !== undefined) return this.#open;
    const external = new ExternalData(this.path);
    const graph = decodeGraph(bytes, this.path, external);
    const stamps = new Map([[this.path, stamp], ...external.stamps]);
    for (const [path, known] of this.#stamps) {
      if (stamps.get(path) !== known) throw modelFileChanged(path);
    }
    this.#stamps = stamps;
    return this.#open = graph;
  }

  /** Lets go of the file's bytes; `open` reads them again. */
  close(): void {
    this.#open = undefined;
  }
}

/** One allocation and one read, half the memory of `Deno.readFile`. */
async function readWhole(path: string): Promise<{ bytes: Uint8Array; stamp: string }> {
  try {
    if (!(await Deno.stat(path)).isFile) throw new Error("it is no file"); // a pipe would be waited for
    using file = await Deno.open(path);
    const { size, mtime } = await file.stat();
    if (size >= MAX_BYTES) {
      throw new Error("it has 2 GB or more, of which the weights must lie in a file of their own");
    }
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
