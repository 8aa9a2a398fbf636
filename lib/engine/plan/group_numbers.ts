import { BlockNumbers, type HeadLinks, NONE, ROOT, TripleTable } from "./block_numbers.ts";
import type { Added, BlockChanges, KnockedOut, PlannedRun, Taken } from "./planned_runs.ts";

/** What the third integer of a row says: how its block made it. */
export const ROW = {
  whole: 0, // from the row before the block and from heads' outputs
  /** From a row after the block, without its MLP's output, and the MLP's output of another such row. */
  mlp: 1,
  added: 2, // from a row after the block and a vector that is added
} as const;

export class Numbers {
  /** The rows before each block, and after the last: a token and its position, or what {@linkcode ROW} says. */
  readonly rows: readonly TripleTable[];
  readonly blocks: readonly BlockNumbers[];
  readonly vectors: ArrayLike<number>[] = []; // the vectors that are added to rows, by their numbers
  readonly #ofVectors = new Map<ArrayLike<number>, number>();

  constructor({ layers, heads }: { readonly layers: number; readonly heads: number }) {
    this.rows = Array.from({ length: layers + 1 }, () => new TripleTable());
    this.blocks = Array.from({ length: layers }, () => new BlockNumbers(heads));
  }

  rowWithMlp(level: number, row: number, source: number): number {
    const rows = this.rows[level]!;
    const own = rows.third(row) === ROW.mlp ? rows.first(row) : row;
    const output = rows.third(source) === ROW.mlp ? rows.second(source) : source;
    return own === output ? own : rows.number(own, output, ROW.mlp);
  }

  rowWith(level: number, row: number, vector: ArrayLike<number>): number {
    const number = this.#ofVectors.get(vector) ?? this.vectors.push(vector) - 1;
    this.#ofVectors.set(vector, number);
    return this.rows[level]!.number(row, number, ROW.added);
  }
}

type ByPosition = number[];

interface BlockMade {
  readonly outputs: ByPosition;
  readonly made: ByPosition; // rows after the block before any of them is changed there
  readonly vectors?: ChangedVectors | undefined; // queries, keys and values, if some are not those of their rows
}

type ChangedVectors = Readonly<Record<"q" | "k" | "v", ByPosition>>;

function takeKeyAway(
  numbers: BlockNumbers,
  made: ByPosition,
  { heads, key, queries, renormalize }: KnockedOut,
): void {
  const { outputs } = numbers;
  const kind = renormalize ? ROOT.without : ROOT.less;
  let before = NONE;
  for (const at of queries ?? made.keys()) {
    if (at < key) continue;
    const origin = outputs.headOf(made[at]!, heads[0]!); // that of all these heads
    const root = numbers.lessKey(kind, origin, key, before);
    made[at] = outputs.with(made[at]!, heads, () => root);
    before = root;
  }
}

interface ChangedRun {
  readonly run: PlannedRun;
  readonly unchanged: RunNumbers;
  readonly numbersOf: (run: PlannedRun) => RunNumbers;
}

/** The numbers of all positions of a run; a block is numbered when something in it or after it is asked for. */
class RunNumbers {
  readonly #levels: ByPosition[]; // rows before each block, and after the last
  readonly #blocks: BlockMade[] = [];
  #first = 0; // the first changed position so far; before it, all numbers are those of the unchanged run

  private constructor(
    private readonly numbers: Numbers,
    rows: ByPosition,
    private readonly changed?: ChangedRun, // absent for the unchanged run of a sentence
  ) {
    this.#levels = [this.#changedRows(rows, 0, changed?.run.blocks[0]?.before)];
    if (changed !== undefined) this.#first = rows.length;
  }

  /** The unchanged run of a sentence. A row depends on the tokens up to its position alone, so its number is the same before every block. */
  static unchanged(numbers: Numbers, ids: readonly number[]): RunNumbers {
    const rows = ids.map((token, position) => numbers.rows[0]!.number(token, position, 0));
    return new RunNumbers(numbers, rows);
  }

  /** A changed run. Only positions from the first that is changed are numbered anew. */
  static changed(numbers: Numbers, changed: ChangedRun): RunNumbers {
    return new RunNumbers(numbers, changed.unchanged.rows(0), changed);
  }

  /** The rows before a block, or after the last. */
  rows(level: number): ByPosition {
    while (this.#blocks.length < level) this.#pass();
    return this.#levels[level]!;
  }

  outputs(block: number): ByPosition {
    return this.#block(block).outputs;
  }

  /** The rows after a block before any of them is changed there. */
  made(block: number): ByPosition {
    return this.#block(block).made;
  }

  vectors(block: number, part: "q" | "k" | "v"): ByPosition {
    return this.#block(block).vectors?.[part] ?? this.rows(block);
  }

  /** The row at the end token after the last block. */
  end(): number {
    return this.rows(this.numbers.blocks.length).at(-1)!;
  }

  #block(block: number): BlockMade {
    this.rows(block + 1);
    return this.#blocks[block]!;
  }

  #pass(): void {
    const block = this.#blocks.length;
    const rows = this.#levels[block]!;
    const { run, unchanged } = this.changed ?? {};
    const changes = run?.blocks[block];
    this.#first = Math.min(this.#first, changes?.first ?? Infinity);
    if (unchanged !== undefined && this.#first >= rows.length) {
      this.#levels.push(unchanged.rows(block + 1));
      this.#blocks.push(unchanged.#block(block));
      return;
    }
    const outputs = [...unchanged?.outputs(block) ?? rows];
    const made = [...unchanged?.made(block) ?? rows];
    const vectors = this.#number(block, { outputs, made }, changes);
    this.#blocks.push({ outputs, made, vectors });
    this.#levels.push(this.#changedRows(made, block + 1, changes?.after));
  }

  /** Numbers a block from the first changed position on, and returns queries, keys and values, if some are not those of their rows. */
  #number(
    block: number,
    { outputs, made }: BlockMade,
    changes: BlockChanges | undefined,
  ): ChangedVectors | undefined {
    const rows = this.#levels[block]!;
    const own = this.numbers.blocks[block]!;
    const after = this.numbers.rows[block + 1]!;
    const vectors = changes?.q || changes?.k || changes?.v
      ? this.#changedVectors(block, changes)
      : undefined;
    let chain = this.#first === 0 ? NONE : outputs[this.#first - 1]!;
    let query = NONE;
    for (let position = this.#first; position < rows.length; position++) {
      const row = rows[position]!;
      const key = vectors === undefined ? row : own.key(vectors.k[position]!, vectors.v[position]!);
      const isOfRow = key >= 0 && (vectors === undefined || vectors.q[position] === key);
      chain = own.chain(chain, key);
      query = isOfRow ? NONE : own.query(vectors!.q[position]!, chain, query);
      outputs[position] = isOfRow ? chain : query;
    }
    for (const knockedOut of changes?.knockedOut ?? []) takeKeyAway(own, outputs, knockedOut);
    for (const taken of changes?.z ?? []) {
      this.#takeHeads(own.outputs, outputs, taken, (source) => source.outputs(block));
    }
    for (let position = this.#first; position < rows.length; position++) {
      const [row, output] = [rows[position]!, outputs[position]!];
      made[position] = output >= 0 && own.chains.second(output) === row
        ? own.rowAfter(row, output, after)
        : after.number(row, output, ROW.whole);
    }
    for (const { positions, from } of changes?.mlp ?? []) {
      const others = this.changed!.numbersOf(from).made(block);
      for (const at of positions ?? rows.keys()) {
        made[at] = this.numbers.rowWithMlp(block + 1, made[at]!, others[at]!);
      }
    }
    return vectors;
  }

  /** Rows of which some are those of other runs, or have vectors added; the same list if nothing is changed. */
  #changedRows(
    rows: ByPosition,
    level: number,
    changes: readonly (Taken | Added)[] | undefined,
  ): ByPosition {
    if (changes === undefined) return rows;
    const changed = [...rows];
    for (const change of changes) {
      const others = "from" in change
        ? this.changed!.numbersOf(change.from).rows(level)
        : undefined;
      for (const at of change.positions ?? rows.keys()) {
        changed[at] = "from" in change
          ? others![at]!
          : this.numbers.rowWith(level, changed[at]!, change.vector);
      }
    }
    return changed;
  }

  /** Queries, keys and values of which some heads are those of other runs. */
  #changedVectors(block: number, changes: BlockChanges): ChangedVectors {
    const rows = this.#levels[block]!;
    const links = this.numbers.blocks[block]!.vectors;
    const changed = { q: rows, k: rows, v: rows };
    for (const part of ["q", "k", "v"] as const) {
      if (changes[part] !== undefined) changed[part] = [...rows];
      for (const taken of changes[part] ?? []) {
        this.#takeHeads(links, changed[part], taken, (source) => source.vectors(block, part));
      }
    }
    return changed;
  }

  /** Gives some positions heads of another run. */
  #takeHeads(
    links: HeadLinks,
    made: ByPosition,
    { heads, positions, from }: Taken,
    of: (source: RunNumbers) => ByPosition,
  ): void {
    const others = of(this.changed!.numbersOf(from));
    for (const at of positions ?? made.keys()) {
      const other = others[at]!;
      made[at] = links.with(made[at]!, heads!, (head) => links.headOf(other, head));
    }
  }
}

interface GroupMember {
  readonly sentences: Readonly<Record<string, number>>;
  readonly runs: readonly PlannedRun[];
}

export interface NumberedGroup {
  readonly ids: readonly (readonly number[])[];
  readonly members: readonly GroupMember[];
}

/** Numbers the runs of a group: first the unchanged ones, then others as they are asked for. */
export class GroupNumbers {
  readonly numbers: Numbers;
  readonly unchanged: readonly RunNumbers[];
  /** The numbers of runs whose values others take, by member. */
  readonly #sources: readonly Map<PlannedRun, RunNumbers>[];

  constructor(
    shape: { readonly layers: number; readonly heads: number },
    private readonly group: NumberedGroup,
  ) {
    this.numbers = new Numbers(shape);
    this.unchanged = group.ids.map((own) => RunNumbers.unchanged(this.numbers, own));
    for (const run of this.unchanged) run.end();
    this.#sources = group.members.map(() => new Map());
  }

  /** The row at the end token of a member's run after the last block. */
  endOf(member: number, run: PlannedRun): number {
    return this.#numbersOf(member, run).end();
  }

  #numbersOf(member: number, run: PlannedRun): RunNumbers {
    const unchanged = this.unchanged[this.group.members[member]!.sentences[run.of]!]!;
    if (run.begin === this.numbers.blocks.length) return unchanged;
    const sources = this.#sources[member]!;
    const numbersOf = (source: PlannedRun) => {
      const known = sources.get(source) ?? this.#numbersOf(member, source);
      sources.set(source, known);
      return known;
    };
    return sources.get(run) ?? RunNumbers.changed(this.numbers, { run, unchanged, numbersOf });
  }
}
