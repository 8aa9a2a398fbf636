import { NegscopeError, printsItself, unknownName } from "../errors/errors.ts";
import { Tensor } from "./tensor.ts";

/** The values of rows of one length, such as a batch. */
export interface CachedRows {
  /** The rows' numbers in the run. */
  readonly rows: readonly number[];
  /** Their values; the first axis is the rows, in the order of `rows`. */
  readonly value: Tensor;
}

/** Values of the requested hook points for every row of a run. */
export class ActivationCache {
  readonly #batches = new Map<string, CachedRows[]>();
  /** The sentences or images that were run, in the run's order. */
  readonly rowNames: readonly string[];
  /** The tokens of each sentence as text, without end-of-word marks; undefined for images. */
  readonly tokens: readonly (readonly string[])[] | undefined;

  /** An empty cache. `rowNames`: the sentences or images that are the run's rows; `tokens`: those of each sentence as text. */
  constructor(
    rowNames: readonly string[],
    { tokens }: { readonly tokens?: readonly (readonly string[])[] } = {},
  ) {
    this.rowNames = rowNames;
    this.tokens = tokens;
  }

  /** The cached hook points in the order of computation. */
  get names(): string[] {
    return [...this.#batches.keys()];
  }

  /** Keeps a copy of one batch's value. */
  add(name: string, tensor: Tensor, rows: readonly number[]): void {
    this.#batches.getOrInsert(name, []).push({ rows, value: tensor.clone() });
  }

  /** The value of a hook point for all rows, which are the first axis. Rows of several token lengths are refused; then use `row`. */
  get(name: string): Tensor {
    const [only, ...others] = this.byLength(name);
    if (others.length === 0) return only!.value;
    throw new NegscopeError("sizes-differ", {
      problem: `Cannot read "${name}" of all rows as one tensor`,
      reason: "their token lengths differ",
      fix: "read one row at a time with row(name, index), or all of one length with byLength(name)",
    });
  }

  /**
   * The values of a hook point for all rows: for each length, the numbers of its rows, ascending, and a tensor whose first axis is these rows;
   * shorter rows first.
   */
  byLength(name: string): CachedRows[] {
    const all = this.#find(name).flatMap(({ rows, value }) =>
      rows.map((row, place) => ({ row, value: value.row(place) }))
    );
    const groups = Map.groupBy(all, ({ value }) => value.shape.join());
    return [...groups.values()].map((own): CachedRows => {
      own.sort((a, b) => a.row - b.row);
      const { shape, axes, data: { length } } = own[0]!.value;
      const data = new Float32Array(own.length * length);
      own.forEach(({ value }, i) => data.set(value.data, i * length));
      const value = new Tensor(data, [own.length, ...shape], ["batch", ...axes]);
      return { rows: own.map(({ row }) => row), value };
    }).sort((a, b) => a.value.stride(0) - b.value.stride(0));
  }

  /** The value of a hook point for one row of the run, from 0, without the batch axis. */
  row(name: string, row: number): Tensor {
    for (const { rows, value } of this.#find(name)) {
      const place = rows.indexOf(row);
      if (place >= 0) return value.row(place);
    }
    throw new NegscopeError("index-outside", {
      problem: `Cannot read row ${row} of "${name}" from the cache`,
      subject: row,
      expected: `a row from 0 to ${this.rowNames.length - 1}`,
    });
  }

  /** The hook points with axes and sizes, one per line; if rows differ in length, as "position 7-9". */
  toString(): string {
    const lines = this.names.map((name) => `  ${name}  ${sizesOf(this.#find(name))}`);
    return [`ActivationCache of ${this.rowNames.length} rows`, ...lines].join("\n");
  }

  /** What a manifest records about a cache: where its values came from. */
  toJSON(): { readonly hooks: readonly string[]; readonly rows: readonly string[] } {
    return { hooks: this.names, rows: this.rowNames };
  }

  #find(name: string): readonly CachedRows[] {
    const batches = this.#batches.get(name);
    if (batches !== undefined) return batches;
    throw new NegscopeError("name-unknown", {
      problem: `Cannot read "${name}" from the cache`,
      reason: `it holds ${this.names.join(", ") || "nothing"}`,
      fix: "ask for it in runWithCache",
    });
  }
}

printsItself(ActivationCache.prototype);

/** All rows together in the form of a printed tensor, with the smallest and largest size of each axis. */
function sizesOf(batches: readonly CachedRows[]): string {
  const sizes = batches[0]!.value.axes.map((axis, i) => {
    const all = batches.map(({ value }) => value.shape[i]!);
    if (i === 0) return `${axis} ${all.reduce((sum, rows) => sum + rows, 0)}`;
    const least = all.reduce((a, b) => Math.min(a, b));
    const most = all.reduce((a, b) => Math.max(a, b));
    return `${axis} ${least === most ? least : `${least}-${most}`}`;
  });
  return `Tensor [${sizes.join(", ")}]`;
}

/** The hook points that match names such as `"blocks.*.attn.hook_pattern"`, in the order of computation; `how` is for messages. */
export function expandHookNames(
  patterns: readonly string[],
  known: readonly string[],
  { doing = "find hook point" }: { readonly doing?: string } = {},
): string[] {
  const [only] = patterns;
  if (patterns.length === 1 && known.includes(only!)) return [only!]; // thousands of changed runs name one each
  for (const pattern of patterns) {
    if (known.some((name) => matches(pattern, name))) continue;
    const fix = /^vision\./.test(pattern) && !known.some((name) => name.startsWith("vision."))
      ? "take one of the text tower: a study embeds its images beforehand"
      : "run the inspect task for all of them";
    throw unknownName({ doing, name: pattern, known, fix });
  }
  return known.filter((name) => patterns.some((pattern) => matches(pattern, name)));
}

function matches(pattern: string, name: string): boolean {
  const [start = "", ...texts] = pattern.split(/\*+/);
  const end = texts.pop();
  if (end === undefined) return name === start;
  if (!name.startsWith(start)) return false;
  let from = start.length;
  for (const text of texts) {
    const found = name.indexOf(text, from);
    if (found < 0) return false;
    from = found + text.length;
  }
  return from + end.length <= name.length && name.endsWith(end);
}
