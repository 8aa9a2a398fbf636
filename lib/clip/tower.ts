/** One tower of CLIP as a chain of ONNX sessions that stops at hook points. */

import { TensorProto_DataType } from "onnx-buf";
import { embeddingSizeDiffers, hookShapeDiffers, inputUnknown, towerMissing } from "../errors.ts";
import { expandHookNames, hookAxes, hookNames } from "../hooks/names.ts";
import { type Axis, Tensor } from "../hooks/tensor.ts";
import { encodePiece, type Piece } from "../onnx/cut.ts";
import { elementType } from "../onnx/element_type.ts";
import type { GraphFile } from "../onnx/graph_file.ts";
import { type OnnxValue, Session } from "../onnx/session.ts";
import { type BlockValues, findBlocks, type TowerEnds } from "./blocks.ts";
import { LiveValues } from "./live_values.ts";
import { type Plan, planKey, planRun, type Station } from "./plan.ts";

/** A tower's sizes, as in config.json. */
export interface TowerShape {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  /** Size of the embedding. */
  readonly projection: number;
}

/** Which tower, and how it computes. */
export interface TowerOptions {
  readonly kind: "text" | "image";
  readonly shape: TowerShape;
  /** Threads inside an operator. @default {1} */
  readonly threads?: number;
}

/** Called at every station of a run; may read, change and append to the live values. */
export type Visitor = (station: Station, live: LiveValues) => void;

/** One tower, cut at its hook points. */
export class Tower {
  /** `"text"` or `"image"`. */
  readonly kind: "text" | "image";
  /** The tower's sizes. */
  readonly shape: TowerShape;
  /** All hook points in the order of computation. */
  readonly hooks: readonly string[];
  readonly #file: GraphFile;
  readonly #ends: TowerEnds;
  readonly #blocks: readonly BlockValues[];
  readonly #inputTypes: ReadonlyMap<string, TensorProto_DataType>;
  readonly #threads: number;
  readonly #plans = new Map<string, Promise<Plan>>();
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #frames = new Map<string, Map<string, OnnxValue>>();

  private constructor(file: GraphFile, options: TowerOptions, found: {
    readonly ends: TowerEnds;
    readonly blocks: readonly BlockValues[];
    readonly inputTypes: ReadonlyMap<string, TensorProto_DataType>;
  }) {
    this.kind = options.kind;
    this.shape = options.shape;
    this.hooks = hookNames(options.shape.layers, found.ends.prefix);
    this.#file = file;
    this.#ends = found.ends;
    this.#blocks = found.blocks;
    this.#inputTypes = found.inputTypes;
    this.#threads = options.threads ?? 1;
  }

  /**
   * Opens a tower: finds its hook points, cuts it at every block, and loads the pieces.
   *
   * @param file The ONNX file; it may hold the other tower too.
   * @param options Which tower, its sizes, and how to compute.
   * @throws {TypeError} If the file lacks the tower or its hook points, or does not match the sizes.
   */
  static async load(file: GraphFile, options: TowerOptions): Promise<Tower> {
    const text = options.kind === "text";
    const ends: TowerEnds = {
      input: text ? "input_ids" : "pixel_values",
      output: text ? "text_embeds" : "image_embeds",
      prefix: text ? "" : "vision.",
      layers: options.shape.layers,
    };
    const graph = await file.open();
    if (!graph.inputs.has(ends.input) || !graph.outputs.includes(ends.output)) {
      const found = [...graph.inputs.keys(), ...graph.outputs];
      throw towerMissing(graph.source, options.kind, [ends.input, ends.output], found);
    }
    const inputTypes = new Map(
      [...graph.inputs.keys()].map((name) => [name, elementType(graph, name)]),
    );
    const tower = new Tower(file, options, {
      ends,
      blocks: findBlocks(graph, ends),
      inputTypes,
    });
    await tower.prepare();
    return tower;
  }

  /**
   * Loads the sessions of all runs that stop at these hook points, so that later runs need the file no more.
   *
   * @param hooks Names of hook points; `*` stands for any part.
   */
  async prepare(hooks: readonly string[] = []): Promise<void> {
    await this.#planFor(new Set(expandHookNames(hooks, this.hooks)));
  }

  /**
   * Runs the tower once, stopping at its embedding, at the end of every block and at the wanted hook points.
   *
   * @param input The data, rows first: token ids [rows, positions] or pixels [rows, channels, height, width].
   * @param wanted Hook points inside blocks at which to stop as well.
   * @param visit Called at every station.
   * @returns The embeddings as the graph makes them, [rows, projection].
   */
  async run(
    input: OnnxValue,
    { wanted = new Set(), visit }: {
      readonly wanted?: ReadonlySet<string>;
      readonly visit?: Visitor;
    } = {},
  ): Promise<Tensor> {
    const plan = await this.#planFor(wanted);
    const positions = input.dims[1]!;
    let live = new LiveValues(new Map([[this.#ends.input, input]]), input.dims[0]!);
    let fixed = new Map<string, OnnxValue>();
    for (const [index, { piece, stations }] of plan.stages.entries()) {
      const made = await this.#runPiece(piece, { live, fixed, positions });
      const rows = live.rows;
      ({ live, fixed } = carryOver(plan, index, { live, fixed, made }));
      stations.forEach((station) => visit?.(station, live));
      if (live.rows !== rows) fixed = await this.#frame(plan, index, live, input);
    }
    const { projection } = this.shape;
    const data = live.data(this.#ends.output);
    if (data.length !== live.rows * projection) {
      throw embeddingSizeDiffers(this.#file.path, data.length / live.rows, projection);
    }
    return new Tensor(data, [live.rows, projection], ["batch", "projection"]);
  }

  /**
   * A live value as users see it, without a copy.
   *
   * @param station Where the run stands.
   * @param live The live values.
   * @throws {TypeError} If the value's size is not what config.json says.
   */
  view(station: Station, live: LiveValues): Tensor {
    const data = live.data(station.value);
    const hook = station.hooks[0]!;
    const shape = this.hookShape(hook, {
      rows: live.rows,
      positions: this.#positions(hook, data, live.rows),
    });
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== data.length) throw hookShapeDiffers(this.#file.path, hook, data.length, shape);
    return new Tensor(data, shape, hookAxes(hook));
  }

  /** The shape of a hook point's value. */
  hookShape(hook: string, { rows, positions }: {
    readonly rows: number;
    readonly positions: number;
  }): number[] {
    const { heads, width } = this.shape;
    const sizes: Partial<Record<Axis, number>> = {
      ...{ batch: rows, position: positions, query: positions, key: positions },
      ...{ head: heads, width, "head width": width / heads },
    };
    return hookAxes(hook).map((axis) => sizes[axis]!);
  }

  /** The hook points with axes and sizes, a line each. */
  toString(): string {
    const lines = this.hooks.map((hook) => {
      const shape = this.hookShape(hook, { rows: 0, positions: 0 });
      const axes = hookAxes(hook).map((axis, i) => shape[i] === 0 ? axis : `${axis} ${shape[i]}`);
      return `  ${hook}  [${axes.join(", ")}]`;
    });
    const { layers, heads, width, projection } = this.shape;
    return [
      `${this.kind} tower: ${layers} blocks, ${heads} heads, width ${width}, projection ${projection}`,
      ...lines,
    ].join("\n");
  }

  /** Frees all sessions. A released tower cannot run. */
  async release(): Promise<void> {
    const sessions = await Promise.all(this.#sessions.values());
    this.#sessions.clear();
    this.#plans.clear();
    await Promise.all(sessions.map((session) => session.release()));
  }

  #positions(hook: string, data: Float32Array, rows: number): number {
    const { heads, width } = this.shape;
    const exact = hook.endsWith("hook_pattern")
      ? Math.sqrt(data.length / (rows * heads))
      : data.length / (rows * width);
    return Math.max(1, Math.floor(exact));
  }

  /** The plan for a run, with the sessions of all its pieces loaded. */
  #planFor(wanted: ReadonlySet<string>): Promise<Plan> {
    const key = planKey(wanted);
    const plan = this.#plans.get(key) ?? this.#makePlan(wanted);
    this.#plans.set(key, plan);
    return plan;
  }

  async #makePlan(wanted: ReadonlySet<string>): Promise<Plan> {
    const graph = await this.#file.open();
    const plan = planRun(graph, this.#ends, this.#blocks, wanted);
    for (const { piece } of plan.stages) {
      const key = sessionKey(piece);
      const session = this.#sessions.get(key) ??
        Session.create(encodePiece(graph, piece), this.#file.path, { threads: this.#threads });
      this.#sessions.set(key, session);
      await session; // one at a time: encoding holds a second copy of the piece's weights
    }
    this.#file.close();
    return plan;
  }

  async #runPiece(
    piece: Piece,
    { live, fixed, positions }: Known,
  ): Promise<Map<string, OnnxValue>> {
    const session = await this.#sessions.get(sessionKey(piece))!;
    const known = new Map([...live.entries(), ...fixed]);
    const feeds = new Map(
      piece.inputs.map((
        name,
      ) => [name, known.get(name) ?? this.#sideInput(name, live.rows, positions)]),
    );
    return await session.run(feeds);
  }

  /** An input beside the data: a mask of ones, since rows of one length are never padded, or the positions. */
  #sideInput(name: string, rows: number, positions: number): OnnxValue {
    if (name !== "attention_mask" && name !== "position_ids") {
      throw inputUnknown(this.#file.path, name);
    }
    const values = Array.from(
      { length: rows * positions },
      (_, i) => name === "attention_mask" ? 1 : i % positions,
    );
    const dims = [rows, positions];
    return this.#inputTypes.get(name) === TensorProto_DataType.INT32
      ? { type: "int32", dims, data: Int32Array.from(values) }
      : { type: "int64", dims, data: BigInt64Array.from(values, BigInt) };
  }

  /** The shape-only values after a stage for the present number of rows, from a run on zeros up to the last piece that makes one. */
  async #frame(
    plan: Plan,
    stage: number,
    live: LiveValues,
    input: OnnxValue,
  ): Promise<Map<string, OnnxValue>> {
    const { needed } = plan.stages[stage]!;
    const isFixed = (name: string) => plan.shapeOnly.has(name) && needed.has(name);
    const makers = plan.stages.slice(0, stage + 1).map(({ piece }) => piece.outputs.some(isFixed));
    const last = makers.lastIndexOf(true);
    const dims = [live.rows, ...input.dims.slice(1)];
    const key = `${plan.stages.length}:${stage}:${dims}`;
    const known = this.#frames.get(key);
    if (known !== undefined) return known;
    let zeros = new LiveValues(new Map([[this.#ends.input, zerosLike(input, dims)]]), live.rows);
    let fixed = new Map<string, OnnxValue>();
    for (let index = 0; index <= last; index++) {
      const known = { live: zeros, fixed, positions: dims[1]! };
      const made = await this.#runPiece(plan.stages[index]!.piece, known);
      ({ live: zeros, fixed } = carryOver(plan, index, { live: zeros, fixed, made }));
    }
    const frame = new Map([...fixed].filter(([name]) => needed.has(name)));
    if (this.#frames.size >= 256) this.#frames.clear();
    this.#frames.set(key, frame);
    return frame;
  }
}

/** What is known between two pieces. */
interface Known {
  readonly live: LiveValues;
  /** Shape-only values. */
  readonly fixed: ReadonlyMap<string, OnnxValue>;
  readonly positions: number;
}

/** Keeps of what is known after a stage what a later stage reads, data apart from shape-only values. */
function carryOver(plan: Plan, stage: number, { live, fixed, made }: {
  readonly live: LiveValues;
  readonly fixed: ReadonlyMap<string, OnnxValue>;
  readonly made: ReadonlyMap<string, OnnxValue>;
}): { live: LiveValues; fixed: Map<string, OnnxValue> } {
  const { needed } = plan.stages[stage]!;
  const all = [...live.entries(), ...fixed, ...made].filter(([name]) => needed.has(name));
  return {
    live: new LiveValues(new Map(all.filter(([name]) => !plan.shapeOnly.has(name))), live.rows),
    fixed: new Map(all.filter(([name]) => plan.shapeOnly.has(name))),
  };
}

function sessionKey(piece: Piece): string {
  return `${piece.inputs.join()}>${piece.outputs.join()}`;
}

function zerosLike({ type, data }: OnnxValue, dims: readonly number[]): OnnxValue {
  const size = dims.reduce((product, length) => product * length, 1);
  return data instanceof BigInt64Array
    ? { type, dims, data: new BigInt64Array(size) }
    : { type, dims, data: new Float32Array(size) };
}
