import { attentionCalls, RootSequences, type Sequence } from "../plan/attention_batch.ts";
import {
  BlockInput,
  type BlockPass,
  copyRows,
  type Floats,
  gathered,
  KeptValues,
  NOTHING,
  type RowMemory,
  type WaveRows,
} from "./block_input.ts";
import { type BlockNeeds, NeedsFinder, Slots } from "../plan/needs.ts";
import type { Numbers } from "../plan/group_numbers.ts";
import type { RowTower } from "./row_tower.ts";

/** Outputs of heads, [roots, width]. */
class BlockOutputs {
  readonly count: number;
  readonly z: Floats;
  readonly #made = new Map<number, number>(); // where outputs lie whose roots are not chains

  private constructor(private readonly pass: BlockPass, private readonly input: BlockInput) {
    this.count = pass.needs.roots.length;
    this.z = pass.memory.take("z", this.count * pass.tower.shape.width);
  }

  static async of(
    pass: BlockPass,
    input: BlockInput,
    sequences: RootSequences,
  ): Promise<BlockOutputs> {
    const outputs = new BlockOutputs(pass, input);
    await outputs.#attend(sequences);
    return outputs;
  }

  /** The place of a root: from 0 if it was computed for this wave, turned over if it is a kept one. */
  placeOf(root: number): number {
    if (root < 0) return this.#made.get(root)!;
    const own = this.pass.outputPlaces.get(root);
    return own < 0 ? ~root : own;
  }

  async #attend(rootSequences: RootSequences): Promise<void> {
    const { tower: { shape: { width } }, numbers, needs, outputPlaces, memory } = this.pass;
    const { input } = this;
    let first = 0;
    for (const { weightOf, sequences, roots } of rootSequences.of(needs.roots, input)) {
      roots.forEach((root, i) => {
        if (root < 0) this.#made.set(root, first + i);
        else outputPlaces.set(root, first + i);
      });
      if (weightOf === undefined) await this.#run(sequences, input.v, this.z);
      else {
        const keys = roots.map((root) =>
          input.keyRow(numbers.keysOf(numbers.chainOf(root))[weightOf]!)
        );
        const marks = memory.take("marks", input.v.length).fill(0);
        for (const key of keys) marks.fill(1, key * width, (key + 1) * width);
        const weights = memory.take("weights", roots.length * width);
        await this.#run(sequences, marks, weights);
        roots.forEach((root, i) => this.#subtract(root, { weights, at: i, key: keys[i]! }));
      }
      first += roots.length;
    }
  }

  async #run(sequences: readonly Sequence[], v: Floats, z: Floats): Promise<void> {
    const { tower, tower: { shape, shape: { width } } } = this.pass;
    const { q, k } = this.input;
    for (const { batch, from, count } of attentionCalls(sequences, shape)) {
      await tower.attend(batch, { q, k, v }, z.subarray(from * width, (from + count) * width));
    }
  }

  #subtract(
    root: number,
    { weights, at, key }: Readonly<{ weights: Floats; at: number; key: number }>,
  ): void {
    const { tower: { shape: { width } }, block, numbers, kept } = this.pass;
    const { v } = this.input;
    const origin = this.placeOf(numbers.originOf(root));
    const from = origin < 0
      ? kept.blocks[block]!.z.subarray(~origin * width)
      : this.z.subarray(origin * width);
    const into = this.placeOf(root) * width;
    const [weight, value] = [at * width, key * width];
    for (let i = 0; i < width; i++) {
      this.z[into + i] = from[i]! - weights[weight + i]! * v[value + i]!;
    }
  }
}

type PlaceOf = (own: number) => number;

export class GroupBlocks {
  readonly #sequences: readonly RootSequences[];
  readonly #kept: KeptValues;
  readonly #finder: NeedsFinder;
  readonly #places = [new Slots(), new Slots()]; // where a wave's rows lie before a block and after it, in turn
  readonly #outputs = new Slots(); // where its heads' outputs lie, by chain
  readonly #none = new Slots();

  /** @param numbers The numbers of the group; so far those of its unchanged runs, all of them. */
  constructor(
    private readonly tower: RowTower,
    private readonly numbers: Numbers,
    private readonly given: Readonly<{ ends: readonly number[]; memory: RowMemory }>,
  ) {
    this.#sequences = numbers.blocks.map((own) => new RootSequences(own));
    this.#kept = new KeptValues(numbers.rows.map(({ size }) => size), new Set(given.ends));
    this.#finder = new NeedsFinder(numbers, this.#kept);
  }

  /** Runs the unchanged runs and keeps their values; to be called once, first. `stream`: before the first block, [token, width]. */
  async keep(stream: Float32Array, numbers: readonly number[]): Promise<void> {
    const { width } = this.tower.shape;
    const kept = this.#kept;
    const take = (name: string, level: number) =>
      this.given.memory.take(`kept ${name} ${level}`, this.numbers.rows[level]!.size * width);
    const keep = (name: string, level: number, values: Floats, placeOf: PlaceOf) => {
      const own = take(name, level);
      const places = Int32Array.from({ length: own.length / width }, (_, own) => placeOf(own));
      copyRows({ own: values, kept: NOTHING }, places, own, width);
      return own;
    };
    const found = this.#finder.find(this.given.ends);
    let x = take("x", 0);
    let places = this.#places[1]!;
    places.clear();
    numbers.forEach((row, token) => {
      places.set(row, row);
      x.set(stream.subarray(token * width, (token + 1) * width), row * width);
    });
    let rows: WaveRows = { x, places, count: x.length / width };
    for (const { block, needs } of found) {
      const { input, outputs, made } = await this.#pass(block, { needs, rows });
      const rowPlace = (row: number) => rows.places.get(row);
      const madePlace = (row: number) => made.places.get(row);
      const z = keep("z", block + 1, outputs.z, (chain) => outputs.placeOf(chain));
      const mid = keep("mid", block + 1, made.mid, madePlace);
      const [q, k, v] = (["q", "k", "v"] as const).map((part) =>
        keep(part, block, input[part], rowPlace)
      ) as [Floats, Floats, Floats];
      kept.blocks[block] = { x, q, k, v, z, mid };
      x = keep("x", block + 1, made.x, madePlace);
      [rows, places] = [made, made.places];
    }
    kept.after = x;
    kept.isComplete = true;
  }

  /** Runs a wave. `ends`: the rows at the end token, [run]. `into`: where the vectors after the last block go, [run, width]. */
  async run(ends: readonly number[], into: Floats): Promise<void> {
    const { width } = this.tower.shape;
    let rows: WaveRows = { x: NOTHING, places: this.#none, count: 0 };
    for (const { block, needs } of this.#finder.find(ends)) {
      rows = (await this.#pass(block, { needs, rows })).made;
    }
    ends.forEach((end, i) => {
      const place = rows.places.get(end);
      const [from, row] = place < 0 ? [this.#kept.after, end] : [rows.x, place];
      into.set(from.subarray(row * width, (row + 1) * width), i * width);
    });
  }

  async #pass(
    block: number,
    { needs, rows }: { readonly needs: BlockNeeds; readonly rows: WaveRows },
  ) {
    const [outputPlaces, places] = [this.#outputs, this.#places[block % 2]!];
    outputPlaces.clear();
    places.clear();
    const pass: BlockPass = {
      tower: this.tower,
      block,
      numbers: this.numbers.blocks[block]!,
      after: this.numbers.rows[block + 1]!,
      vectors: this.numbers.vectors,
      needs,
      kept: this.#kept,
      rows,
      outputPlaces,
      places,
      memory: this.given.memory,
    };
    const input = await BlockInput.of(pass);
    const outputs = await BlockOutputs.of(pass, input, this.#sequences[block]!);
    return { input, outputs, made: await rowsAfter(pass, outputs) };
  }
}

interface RowsAfter extends WaveRows {
  readonly mid: Floats; // residual stream between attention and MLP, [rows, width]
}

/** Computes the rows after a block: first those that are computed whole, then those made of others. */
async function rowsAfter(pass: BlockPass, outputs: BlockOutputs): Promise<RowsAfter> {
  const { tower, tower: { shape: { width } }, block, needs, places, memory } = pass;
  const whole = inOrderOfOutputs(pass, outputs);
  const all = needs.mid.length === 0 ? whole : [...whole, ...needs.mid];
  const [x, z] = [rowsBefore(pass, all), outputsOf(pass, outputs, all)];
  whole.forEach((row, place) => places.set(row, place));
  const count = whole.length + needs.mlp.length + needs.added.length;
  const into = memory.take(`rows ${block % 2}`, count * width);
  const mid = memory.take("mid", all.length * width);
  await tower.addAttention(block, x, z, mid);
  const size = whole.length * width;
  await tower.addMlp(block, mid.subarray(0, size), into.subarray(0, size));
  const written = { whole: whole.length, mid, after: into };
  needs.mlp.forEach((row, i) => writeWithMlp(pass, row, whole.length + i, written));
  needs.added.forEach((row, i) => {
    writeWithVector(pass, row, { place: whole.length + needs.mlp.length + i, after: into });
  });
  return { x: into, places, count, mid };
}

/** The rows that are computed whole, those with outputs of their own in the order of these: their outputs then need no copy. */
function inOrderOfOutputs({ needs: { whole }, after }: BlockPass, outputs: BlockOutputs): number[] {
  const byOutput = new Array<number | undefined>(outputs.count);
  const others: number[] = [];
  for (const row of whole) {
    const output = after.second(row);
    const place = output >= 0 ? outputs.placeOf(output) : -1;
    if (place < 0 || byOutput[place] !== undefined) others.push(row);
    else byOutput[place] = row;
  }
  return [...byOutput.filter((row) => row !== undefined), ...others];
}

function rowsBefore(
  { tower, block, after, kept, rows, memory }: BlockPass,
  made: readonly number[],
): Floats {
  const places = made.map((row) => {
    const before = after.first(row);
    const own = rows.places.get(before);
    return own < 0 ? ~before : own;
  });
  return gathered({ own: rows.x, kept: kept.blocks[block]?.x ?? NOTHING }, places, {
    width: tower.shape.width,
    copy: (size) => memory.take("gathered rows", size),
  });
}

function outputsOf(
  { tower, block, numbers: { outputs: links }, after, kept, memory }: BlockPass,
  outputs: BlockOutputs,
  made: readonly number[],
): Floats {
  const { width, heads } = tower.shape;
  const from = { own: outputs.z, kept: kept.blocks[block]?.z ?? NOTHING };
  const own = made.map((row) => after.second(row));
  const places = own.map((output) => outputs.placeOf(links.rootOf(output)));
  const copy = (size: number) => memory.take("gathered outputs", size);
  if (!own.some((output) => links.isLink(output))) return gathered(from, places, { width, copy });
  const z = copy(made.length * width);
  copyRows(from, places, z, width);
  const size = width / heads;
  own.forEach((output, i) => {
    links.eachLink(output, (head, root) => {
      const place = outputs.placeOf(root);
      const [values, row] = place < 0 ? [from.kept, ~place] : [from.own, place];
      const start = row * width + head * size;
      z.set(values.subarray(start, start + size), i * width + head * size);
    });
  });
  return z;
}

/** Writes a row with the MLP's output of another: the row before the MLP plus what the MLP adds to the other. */
function writeWithMlp(
  { tower, block, after: table, needs, kept, places }: BlockPass,
  row: number,
  place: number,
  { whole, mid, after }: { readonly whole: number; readonly mid: Floats; readonly after: Floats },
): void {
  const { width } = tower.shape;
  const level = block + 1;
  const valuesOf = (own: number) => {
    if (kept.hasRow(level, own)) {
      const keptAfter = kept.blocks[level]?.x ?? kept.after;
      return { mid: kept.blocks[block]!.mid, after: keptAfter, start: own * width };
    }
    const made = places.get(own);
    const at = made >= 0 ? made : whole + needs.mid.indexOf(own);
    return { mid, after, start: at * width };
  };
  const [own, other] = [valuesOf(table.first(row)), valuesOf(table.second(row))];
  const into = place * width;
  for (let i = 0; i < width; i++) {
    after[into + i] = own.mid[own.start + i]! +
      (other.after[other.start + i]! - other.mid[other.start + i]!);
  }
  places.set(row, place);
}

function writeWithVector(
  { tower, block, after: table, vectors, kept, places }: BlockPass,
  row: number,
  { place, after }: { readonly place: number; readonly after: Floats },
): void {
  const { width } = tower.shape;
  const base = table.first(row);
  const own = places.get(base);
  const [from, at] = own < 0 ? [kept.blocks[block + 1]?.x ?? kept.after, base] : [after, own];
  const vector = vectors[table.second(row)]!;
  for (let i = 0; i < width; i++) after[place * width + i] = from[at * width + i]! + vector[i]!;
  places.set(row, place);
}
