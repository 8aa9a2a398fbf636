/** The second runs of path patching: the affirmative run with one part of one head replaced, from the receiver's block on. */

import type { RowTower } from "../../../engine/rows/row_tower.ts";
import { type AttentionCall, attentionCalls } from "../fast/attention_calls.ts";
import { PATH_PARTS, type PathPart } from "./path_edges.ts";
import type { PathSchedule } from "./path_schedule.ts";
import { RunLayout } from "./run_layout.ts";
import type { UnchangedBlock } from "./unchanged_blocks.ts";

type Floats = Float32Array<ArrayBuffer>;

/** Queries, keys and values of all heads side by side, [rows, width] each. */
type QueriesKeysValues = Readonly<Record<PathPart, Floats>>;

/** What the receivers of a block get. */
export interface Received {
  /** Queries, keys and values in the first runs, [sender, row, width]. */
  readonly values: QueriesKeysValues;
  /** The number of senders. */
  readonly senders: number;
  /** The receiver, from 0. */
  readonly head: number;
}

/** How a number of runs lie in memory and attend. */
interface Plan {
  readonly runs: number;
  readonly layout: RunLayout;
  readonly set: readonly AttentionCall[];
  readonly ends: readonly AttentionCall[];
  /** The order in which end tokens run: those of sentences of equal length together. */
  readonly order: readonly EndOfRun[];
}

/** The end token of a pair in one run. */
interface EndOfRun {
  readonly run: number;
  /** Its index among the schedule's ends. */
  readonly end: number;
}

/** The second runs into the receivers of one block. */
export class SecondRuns {
  readonly #tower: RowTower;
  readonly #base: readonly UnchangedBlock[];
  readonly #schedule: Omit<PathSchedule, "base">;
  readonly #block: number;
  readonly #baseSize: number;
  readonly #plans = new Map<number, Plan>();

  /**
   * @param tower The tower, row by row.
   * @param options The unchanged runs, what is computed, and the receivers' block, from 0.
   */
  constructor(tower: RowTower, { base, schedule, block }: {
    readonly base: readonly UnchangedBlock[];
    readonly schedule: Omit<PathSchedule, "base">;
    readonly block: number;
  }) {
    [this.#tower, this.#base, this.#schedule, this.#block] = [tower, base, schedule, block];
    this.#baseSize = base[0]!.x.length;
  }

  /**
   * Runs all parts of some senders.
   *
   * @param received What the receiver gets.
   * @returns Residual stream after the last block at the end tokens, [sender, part, pair, width].
   */
  async run(received: Received): Promise<Floats> {
    const { layers, width } = this.#tower.shape;
    const plan = this.#planFor(received.senders * PATH_PARTS.length);
    const size = plan.runs * this.#schedule.rows.length * width;
    let x = new Float32Array(size);
    this.#fill(x, this.#base[this.#block]!.x, plan);
    for (let block = this.#block; block + 1 < layers; block++) {
      const own = await this.#projected(block, x, { received, plan });
      const z = new Float32Array(size);
      for (const { batch, from, count } of plan.set) {
        await this.#tower.attend(batch, own, z.subarray(from * width, (from + count) * width));
      }
      const next = new Float32Array(size);
      await this.#tower.complete(block, x, z, next);
      x = next;
    }
    return await this.#ends(x, { received, plan });
  }

  /** Takes the end tokens through the last block. */
  async #ends(
    x: Floats,
    { received, plan }: { readonly received: Received; readonly plan: Plan },
  ): Promise<Floats> {
    const { layers, width } = this.#tower.shape;
    const block = layers - 1;
    const own = await this.#projected(block, x, { received, plan });
    const ownX = this.#atEnds(x, plan);
    let q = new Float32Array(ownX.length);
    if (block === this.#block) q = this.#atEnds(own.q.subarray(this.#baseSize), plan);
    else await this.#tower.project(block, ownX, { q });
    const z = new Float32Array(ownX.length);
    for (const { batch, from, count } of plan.ends) {
      const into = z.subarray(from * width, (from + count) * width);
      await this.#tower.attend(batch, { ...own, q }, into);
    }
    const after = new Float32Array(ownX.length);
    await this.#tower.complete(block, ownX, z, after);
    const sorted = new Float32Array(after.length);
    plan.order.forEach(({ run, end }, i) => {
      const to = (run * this.#schedule.ends.length + end) * width;
      sorted.set(after.subarray(i * width, (i + 1) * width), to);
    });
    return sorted;
  }

  /** Queries, keys and values of the base rows and then of the runs; in the last block without the runs' queries. */
  async #projected(
    block: number,
    x: Floats,
    { received, plan }: { readonly received: Received; readonly plan: Plan },
  ): Promise<QueriesKeysValues> {
    const { q, k, v } = this.#base[block]!;
    const grown = (values: Floats) => {
      const all = new Float32Array(this.#baseSize + x.length);
      all.set(values);
      return all;
    };
    const own = { q: grown(q), k: grown(k), v: grown(v) };
    if (block === this.#block) this.#replace(own, { received, plan });
    else {
      const [ownQ, ownK, ownV] = [own.q, own.k, own.v].map((all) => all.subarray(this.#baseSize));
      const isLast = block + 1 === this.#tower.shape.layers;
      await this.#tower.project(block, x, { ...(!isLast && { q: ownQ! }), k: ownK!, v: ownV! });
    }
    return own;
  }

  /** Begins the runs: the affirmative run's values, with one head's part replaced. */
  #replace(
    own: QueriesKeysValues,
    { received: { values, senders, head }, plan }: {
      readonly received: Received;
      readonly plan: Plan;
    },
  ): void {
    const { heads, width } = this.#tower.shape;
    const headWidth = width / heads;
    const { rows: { length: rows } } = this.#schedule;
    PATH_PARTS.forEach((part, p) => {
      const set = own[part].subarray(this.#baseSize);
      this.#fill(set, this.#base[this.#block]![part], plan);
      for (let sender = 0; sender < senders; sender++) {
        const run = sender * PATH_PARTS.length + p;
        for (let row = 0; row < rows; row++) {
          const from = (sender * rows + row) * width + head * headWidth;
          const to = plan.layout.place(row, run) * width + head * headWidth;
          set.set(values[part].subarray(from, from + headWidth), to);
        }
      }
    });
  }

  /** Gives every run the rows of the unchanged affirmative runs. */
  #fill(to: Floats, from: Floats, { layout, runs }: Plan): void {
    const { width } = this.#tower.shape;
    this.#schedule.rows.forEach(({ own }, row) => {
      const values = from.subarray(own * width, (own + 1) * width);
      for (let run = 0; run < runs; run++) to.set(values, layout.place(row, run) * width);
    });
  }

  /** The rows at the end tokens, in the order of the plan, [end token, width]. */
  #atEnds(values: Floats, { layout, order }: Plan): Floats {
    const { width } = this.#tower.shape;
    const { ends } = this.#schedule;
    const baseRows = this.#baseSize / width;
    const gathered = new Float32Array(order.length * width);
    order.forEach(({ run, end }, i) => {
      const row = ends[end]!.sequence.rows.at(-1)! - baseRows;
      const start = layout.place(row, run) * width;
      gathered.set(values.subarray(start, start + width), i * width);
    });
    return gathered;
  }

  #planFor(runs: number): Plan {
    const known = this.#plans.get(runs);
    if (known !== undefined) return known;
    const { shape } = this.#tower;
    const { sequences, ends } = this.#schedule;
    const base = this.#baseSize / shape.width;
    const layout = new RunLayout(sequences, { base, runs });
    const byLength = Map.groupBy(ends.keys(), (end) => ends[end]!.sequence.rows.length);
    const order = [...byLength.values()].flatMap((own) =>
      Array.from({ length: runs }, (_, run) => own.map((end): EndOfRun => ({ run, end }))).flat()
    );
    const atEnds = order.map(({ run, end }) => layout.sequenceOf(ends[end]!.sequence, run));
    const plan = {
      ...{ runs, layout, order },
      set: attentionCalls(layout.sequences, { ...shape, first: 0 }),
      ends: attentionCalls(atEnds, { ...shape, first: 0, queryRow: (_, place) => place }),
    };
    this.#plans.set(runs, plan);
    return plan;
  }
}
