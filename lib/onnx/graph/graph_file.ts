/** A graph's file, open only while subgraphs are cut, so that weights are not kept in memory twice. */

import { NegscopeError } from "../../errors.ts";
import type { FileAt } from "../../reading/files.ts";
import { ExternalData } from "./external_data.ts";
import { checkFiles, fileChanged, fileUnreadable, type WeightPlace } from "./model_files.ts";
import { decodeGraph } from "./decode.ts";
import { freeMemory } from "../runtime/free_memory.ts";
import type { Graph } from "./graph.ts";
import { checkWeightNumbers } from "./weight_numbers.ts";

export type { WeightPlace } from "./model_files.ts";

const MAX_BYTES = 2 ** 31; // the limit of a protocol buffer

export interface OpenedGraph {
  readonly graph: Graph;
  /** What each file that it comes from was when it was read, by path, see `OpenFile.stamp`. */
  readonly stamps: ReadonlyMap<string, string>;
  /** The bytes that the graph refers to; they are freed when it is closed. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** Where a graph comes from: an ONNX file, or a file of weights for which it is built. */
export interface GraphOrigin extends FileAt {
  /** Reads it; each call must give the same graph as long as the file is the same. */
  readonly read: () => Promise<OpenedGraph>;
}

export function onnxOrigin({ files, path }: FileAt): GraphOrigin {
  return { files, path, read: () => readOnnx({ files, path }) };
}

export class GraphFile {
  readonly path: string;
  #opened: Promise<Omit<OpenedGraph, "stamps">> | undefined;
  #users = 0;
  #stamps: ReadonlyMap<string, string> = new Map();
  #zeros: readonly string[] = [];
  readonly #origin: GraphOrigin;
  readonly #rewrite: (graph: Graph) => Graph;

  /** Reads nothing yet. `rewrite` changes the graph whenever it has been read; the same graph must become the same. */
  constructor(from: GraphOrigin, rewrite: (graph: Graph) => Graph = (graph) => graph) {
    this.#origin = from;
    this.path = from.path;
    this.#rewrite = rewrite;
  }

  /** The file and those beside it that hold its weights; empty until it has been opened. */
  get files(): readonly string[] {
    return [...this.#stamps.keys()];
  }

  /** The matrices and tables among its weights that hold nothing but zeros, by name; empty until it has been opened. */
  get zeros(): readonly string[] {
    return this.#zeros;
  }

  /** The decoded graph; the file is read unless it is still open. Each call must be followed by one of `close`. */
  async open(): Promise<Graph> {
    this.#users++;
    try {
      return (await (this.#opened ??= this.#read())).graph;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Frees the file's bytes after as many calls as of `open`; the graph's weights are then gone. */
  close(): void {
    if (--this.#users > 0) return;
    const opened = this.#opened;
    this.#opened = undefined;
    opened?.then(({ bytes }) => bytes && freeMemory(bytes), () => undefined);
  }

  async read({ path, offset, length }: WeightPlace): Promise<Uint8Array<ArrayBuffer>> {
    try {
      using file = this.#origin.files.open(path);
      if (file.stamp !== this.#stamps.get(path)) throw fileChanged(path);
      return await file.read(offset, length);
    } catch (error) {
      throw error instanceof NegscopeError ? error : fileUnreadable(path, error);
    }
  }

  /** Checks that the files are still what they were when they were first read, without reading them again. */
  async checkUnchanged(): Promise<void> {
    await checkFiles(this.#origin.files, this.#stamps);
  }

  async #read() {
    const { graph, stamps, bytes } = await this.#origin.read();
    for (const [path, known] of this.#stamps) {
      if (stamps.get(path) !== known) throw fileChanged(path);
    }
    if (this.#stamps.size === 0) this.#zeros = checkWeightNumbers(graph); // later the numbers are known to be good
    this.#stamps = stamps;
    return { graph: this.#rewrite(graph), ...(bytes && { bytes }) };
  }
}

/** The matrices and tables of a graph that hold nothing but zeros, by name. All its weights are read. */
export async function zerosIn(from: GraphOrigin): Promise<readonly string[]> {
  const file = new GraphFile(from);
  await file.open();
  file.close();
  return file.zeros;
}

async function readOnnx(at: FileAt): Promise<OpenedGraph> {
  const { path } = at;
  const { bytes, stamp } = await readWhole(at);
  const external = new ExternalData(at);
  const graph = decodeGraph(bytes, path, external);
  return { graph, bytes, stamps: new Map([[path, stamp], ...external.stamps]) };
}

async function readWhole(
  { files, path }: FileAt,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; stamp: string }> {
  try {
    using file = files.open(path);
    if (file.size >= MAX_BYTES) {
      throw new Error("it has 2 GB or more, of which the weights must lie in a file of their own");
    }
    return { bytes: await file.whole(MAX_BYTES), stamp: file.stamp };
  } catch (error) {
    throw fileUnreadable(path, error);
  }
}
