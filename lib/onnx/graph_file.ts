/** A file of a graph: decoded and checked, and open only while subgraphs are cut, so that weights are not kept in memory twice. */

import { fromBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema, type NodeProto } from "onnx-buf";
import { NegscopeError } from "../errors/errors.ts";
import { FETCH_LFS, type FileAt, isLfsPointer, LFS_HEAD, LFS_POINTER } from "../reading/files.ts";
import { Graph, tensorsOf, withInnerNodes } from "./graph.ts";
import {
  checkWeight,
  ExternalData,
  fileChanged,
  fileUnreadable,
  graphUnsupported,
  isExternal,
  isPlainWhole,
  type WeightPlace,
  wholeNumbersIn,
} from "./weight_files.ts";
import { dropIdleNodes, unfuse } from "./simplify.ts";
import { freeMemory } from "./runtime.ts";
import { checkWeightNumbers } from "./weight_numbers.ts";

const LOOPS = new Set(["Loop", "Scan", "SequenceMap"]);

/** Operators whose output has the sizes that one of their inputs holds, or as many times an input's, and which input that is. */
const SIZED_BY = new Map([["ConstantOfShape", 0], ["Expand", 1], ["Tile", 1]]);
const MAX_NUMBERS = 1e8; // numbers of such a value; those of CLIP's largest towers have some 1e7

/** Decodes a model without copying its weights: `bytes`, the file's content, must stay unchanged as long as the graph is used. */
export function decodeGraph(bytes: Uint8Array, source: string, external?: ExternalData): Graph {
  const model = decodeModel(bytes, source);
  checkWeights(model, source, external);
  checkNodes(model, source);
  return unfuse(dropIdleNodes(new Graph(model, source, { bytes, external })));
}

function decodeModel(bytes: Uint8Array, source: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    const isPointer = isLfsPointer(new TextDecoder().decode(bytes.subarray(0, LFS_HEAD)));
    throw new NegscopeError("onnx-damaged", {
      problem: `Cannot read "${source}" as an ONNX model`,
      reason: isPointer ? `it is ${LFS_POINTER}` : "the file is truncated or of another format",
      fix: isPointer ? FETCH_LFS : "export or download it again",
      cause: error,
    });
  }
}

function checkWeights(model: ModelProto, source: string, external?: ExternalData): void {
  for (const tensor of model.graph?.initializer ?? []) {
    if (!isExternal(tensor)) checkWeight(source, tensor);
    else if (external === undefined) throw weightOutside(source, tensor.name);
    else external.locate(tensor);
  }
}

/** Refuses nodes that may never end or may exhaust memory, since a running session cannot be stopped. */
function checkNodes(model: ModelProto, source: string): void {
  const outer = [model.graph?.node ?? [], ...model.functions.map(({ node }) => node)].flat();
  const nodes = withInnerNodes(outer);
  const stored = new Map(model.graph?.initializer.map((tensor) => [tensor.name, tensor]));
  const refused = ({ name, opType }: NodeProto, why: string) =>
    graphUnsupported(source, name || opType, `node "${name || opType}" ${why}`);
  for (const node of nodes) {
    if (LOOPS.has(node.opType)) throw refused(node, "is a loop, which may never end");
    const wrong = node.attribute.flatMap(({ i, ints }) => [i, ...ints])
      .find((value) => !isPlainWhole(value));
    if (wrong !== undefined) throw refused(node, `has the number ${wrong}`);
    for (const tensor of tensorsOf(node)) {
      if (isExternal(tensor)) throw weightOutside(source, tensor.name || node.name || node.opType);
      checkWeight(source, tensor);
      stored.set(node.opType === "Constant" ? node.output[0] ?? "" : tensor.name, tensor);
    }
  }
  for (const node of nodes) {
    const sizes = stored.get(node.input[SIZED_BY.get(node.opType) ?? -1] ?? "");
    if (sizes === undefined) continue;
    const numbers = wholeNumbersIn(sizes)
      .reduce((product, size) => product * Math.abs(Number(size)), 1);
    if (numbers > MAX_NUMBERS) throw refused(node, `makes ${numbers} numbers`);
  }
}

function weightOutside(source: string, weight: string): NegscopeError {
  const reason = `weight "${weight}" lies in another file, which cannot be read here`;
  return graphUnsupported(source, weight, reason, "save the model again");
}

const MAX_BYTES = 2 ** 31; // the limit of a protocol buffer

export interface OpenedGraph {
  readonly graph: Graph;
  /** What each file that it comes from was when it was read, by path, see `OpenFile.stamp`. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly bytes?: Uint8Array<ArrayBuffer>; // the bytes that the graph refers to; they are freed when it is closed
}

/** Where a graph comes from: an ONNX file, or a file of weights for which it is built. */
export interface GraphOrigin extends FileAt {
  /** Reads it; each call must give the same graph as long as the file is the same. */
  readonly read: () => Promise<OpenedGraph>;
}

export function onnxOrigin({ files, path }: FileAt): GraphOrigin {
  const read = async () => {
    const { bytes, stamp } = await readWhole({ files, path });
    const external = new ExternalData({ files, path });
    const graph = decodeGraph(bytes, path, external);
    return { graph, bytes, stamps: new Map([[path, stamp], ...external.stamps]) };
  };
  return { files, path, read };
}

export class GraphFile {
  readonly path: string;
  #opened: Promise<Omit<OpenedGraph, "stamps">> | undefined;
  #users = 0;
  #stamps: ReadonlyMap<string, string> = new Map();

  /** Reads nothing yet. `rewrite` changes the graph whenever it has been read; the same graph must become the same. */
  constructor(
    private readonly origin: GraphOrigin,
    private readonly rewrite: (graph: Graph) => Graph = (graph) => graph,
  ) {
    this.path = origin.path;
  }

  /** The file and those beside it that hold its weights; empty until it has been opened. */
  get files(): readonly string[] {
    return [...this.#stamps.keys()];
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
      using file = this.origin.files.open(path);
      if (file.stamp !== this.#stamps.get(path)) throw fileChanged(path);
      return await file.read(offset, length);
    } catch (error) {
      throw error instanceof NegscopeError ? error : fileUnreadable(path, error);
    }
  }

  async #read() {
    const { graph, stamps, bytes } = await this.origin.read();
    for (const [path, known] of this.#stamps) {
      if (stamps.get(path) !== known) throw fileChanged(path);
    }
    if (this.#stamps.size === 0) checkWeightNumbers(graph); // later the numbers are known to be good
    this.#stamps = stamps;
    return { graph: this.rewrite(graph), ...(bytes && { bytes }) };
  }
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
