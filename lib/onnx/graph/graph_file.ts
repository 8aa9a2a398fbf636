/** A graph's file, opened when subgraphs are to be cut and let go of afterwards, so that weights are not kept twice. */

import { NegscopeError, readingFailure } from "../../errors.ts";
import { ExternalData, type WeightPlace } from "./external_data.ts";
import { decodeGraph } from "./decode.ts";
import { freeMemory } from "../runtime/free_memory.ts";
import type { Graph } from "./graph.ts";

export type { WeightPlace } from "./external_data.ts";

const MAX_BYTES = 2 ** 31; // of one protocol buffer

/** An ONNX file on disk. */
export class GraphFile {
  /** Its path. */
  readonly path: string;
  #opened: Promise<{ readonly graph: Graph; readonly bytes: Uint8Array<ArrayBuffer> }> | undefined;
  #users = 0;
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
   * The decoded graph, read now or still open. Each call asks for one of `close`.
   *
   * @throws {NegscopeError} If the file cannot be read, has changed since it was first read, is not an ONNX model or larger than one can
   * be, or its weights are not where and what it says.
   */
  async open(): Promise<Graph> {
    this.#users++;
    try {
      return (await (this.#opened ??= this.#read())).graph;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Lets go of the file's bytes when all who opened it have closed it; the graph's weights are then gone. */
  close(): void {
    if (--this.#users > 0) return;
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.then(({ bytes }) => freeMemory(bytes), () => undefined);
  }

  /**
   * Reads the bytes of one weight and nothing else.
   *
   * @param place Where they are, from `Graph.placeOf`.
   * @throws {NegscopeError} If the file cannot be read, or has changed since it was first read.
   */
  async read({ path, offset, length }: WeightPlace): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    let stamp: string;
    try {
      using file = await Deno.open(path);
      const { size, mtime } = await file.stat();
      stamp = `${size}@${mtime?.getTime()}`;
      await file.seek(offset, Deno.SeekMode.Start);
      for (let filled = 0; filled < length;) {
        const count = await file.read(bytes.subarray(filled));
        if (count === null) throw new Error("the file became shorter");
        filled += count;
      }
    } catch (error) {
      throw fileUnreadable(path, error);
    }
    if (stamp !== this.#stamps.get(path)) throw fileChanged(path);
    return bytes;
  }

  async #read() {
    const { bytes, stamp } = await readWhole(this.path);
    const external = new ExternalData(this.path);
    const graph = decodeGraph(bytes, this.path, external);
    const stamps = new Map([[this.path, stamp], ...external.stamps]);
    for (const [path, known] of this.#stamps) {
      if (stamps.get(path) !== known) {
        throw fileChanged(path);
      }
    }
    this.#stamps = stamps;
    return { graph, bytes };
  }
}

/** One allocation and one read, half the memory of `Deno.readFile`. */
async function readWhole(path: string): Promise<{ bytes: Uint8Array<ArrayBuffer>; stamp: string }> {
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
    throw fileUnreadable(path, error);
  }
}

function fileUnreadable(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("onnx-file-unreadable", {
    problem: `Cannot read model file "${path}"`,
    subject: path,
    reason: readingFailure(cause),
    fix: "check the model's folder",
    cause,
  });
}

function fileChanged(path: string): NegscopeError {
  return new NegscopeError("onnx-file-changed", {
    problem: `Cannot go on with model file "${path}"`,
    subject: path,
    reason: "it has changed since it was loaded",
    fix: "start again",
  });
}
