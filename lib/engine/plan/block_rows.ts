/** Numbers what a block makes of a run's rows. */

import { type BlockNumbers, NONE, ROOT } from "./block_numbers.ts";
import type { BlockChanges, KnockedOut, PlannedRun, Taken } from "./changes.ts";
import { type Numbers, ROW } from "./numbers.ts";
import type { RunNumbers } from "./run_numbers.ts";

export type ByPosition = number[];

export interface BlockInput {
  readonly numbers: Numbers;
  readonly block: number;
  readonly rows: ByPosition;
  /** The first position to number; before it, the run equals the unchanged one of its sentence. */
  readonly first: number;
  /** The chain at the position before the first. */
  readonly chain: number;
  readonly changes: BlockChanges | undefined;
  /** The numbers of runs whose values are taken; a block without changes needs none. */
  readonly numbersOf: ((run: PlannedRun) => RunNumbers) | undefined;
}

export interface BlockMade {
  readonly outputs: ByPosition;
  /** The rows after the block before any of them is changed there. */
  readonly made: ByPosition;
  /** Queries, keys and values, if some are not those of their rows. */
  readonly vectors?: ChangedVectors | undefined;
}

export type ChangedVectors = Readonly<Record<"q" | "k" | "v", ByPosition>>;

/** Numbers a block from the first position on, and returns queries, keys and values, if some are not those of their rows. */
export function numberBlock(
  input: BlockInput,
  { outputs, made }: BlockMade,
): ChangedVectors | undefined {
  const { numbers, block, rows, first, changes } = input;
  const own = numbers.blocks[block]!;
  const after = numbers.rows[block + 1]!;
  const vectors = changes?.q || changes?.k || changes?.v ? changedVectors(input) : undefined;
  let { chain } = input;
  let query = NONE;
  for (let position = first; position < rows.length; position++) {
    const row = rows[position]!;
    const key = vectors === undefined ? row : own.key(vectors.k[position]!, vectors.v[position]!);
    const isOfRow = key >= 0 && (vectors === undefined || vectors.q[position] === key);
    chain = own.chain(chain, key);
    query = isOfRow ? NONE : own.query(vectors!.q[position]!, chain, query);
    outputs[position] = isOfRow ? chain : query;
  }
  for (const knockedOut of changes?.knockedOut ?? []) {
    takeKeyAway(own, outputs, knockedOut, rows.length);
  }
  for (const taken of changes?.z ?? []) takeOutputs(input, outputs, taken);
  for (let position = first; position < rows.length; position++) {
    const [row, output] = [rows[position]!, outputs[position]!];
    made[position] = output >= 0 && own.chains.second(output) === row
      ? own.rowAfter(row, output, after)
      : after.number(row, output, ROW.whole);
  }
  for (const { positions, from } of changes?.mlp ?? []) {
    const others = input.numbersOf!(from).made(block);
    forEachOf(positions, rows.length, (at) => {
      made[at] = numbers.rowWithMlp(block + 1, made[at]!, others[at]!);
    });
  }
  return vectors;
}

/** Rows of which some are those of other runs; the same list if nothing is taken. */
export function takeRows(
  rows: ByPosition,
  changes: readonly Taken[] | undefined,
  valuesOf: (run: PlannedRun) => ByPosition,
): ByPosition {
  if (changes === undefined) return rows;
  const taken = [...rows];
  for (const { positions, from } of changes) {
    const others = valuesOf(from);
    forEachOf(positions, rows.length, (at) => taken[at] = others[at]!);
  }
  return taken;
}

/** Queries, keys and values of which some heads are those of other runs. */
function changedVectors({ numbers, block, rows, changes, numbersOf }: BlockInput): ChangedVectors {
  const links = numbers.blocks[block]!.vectors;
  const changed = { q: rows, k: rows, v: rows };
  for (const part of ["q", "k", "v"] as const) {
    for (const { heads, positions, from } of changes![part] ?? []) {
      const others = numbersOf!(from).vectors(block, part);
      if (changed[part] === rows) changed[part] = [...rows];
      const own = changed[part];
      forEachOf(positions, rows.length, (at) => {
        const other = others[at]!;
        own[at] = links.with(own[at]!, heads!, (head) => links.headOf(other, head));
      });
    }
  }
  return changed;
}

/** Gives some positions heads' outputs of another run. */
function takeOutputs(
  { numbers, block, rows, numbersOf }: BlockInput,
  made: ByPosition,
  { heads, positions, from }: Taken,
): void {
  const { outputs } = numbers.blocks[block]!;
  const others = numbersOf!(from).outputs(block);
  forEachOf(positions, rows.length, (at) => {
    const other = others[at]!;
    made[at] = outputs.with(made[at]!, heads!, (head) => outputs.headOf(other, head));
  });
}

function takeKeyAway(
  numbers: BlockNumbers,
  made: ByPosition,
  { heads, key, queries, renormalize }: KnockedOut,
  length: number,
): void {
  const { outputs } = numbers;
  const kind = renormalize ? ROOT.without : ROOT.less;
  let before = NONE;
  forEachOf(queries, length, (at) => {
    if (at < key) return;
    const origin = outputs.headOf(made[at]!, heads[0]!); // that of all these heads
    const root = numbers.lessKey(kind, origin, key, before);
    made[at] = outputs.with(made[at]!, heads, () => root);
    before = root;
  });
}

function forEachOf(
  positions: readonly number[] | undefined,
  length: number,
  visit: (position: number) => void,
): void {
  if (positions !== undefined) return positions.forEach(visit);
  for (let position = 0; position < length; position++) visit(position);
}
