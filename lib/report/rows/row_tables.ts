/** What a run's tables say of single rows: all values of the rows that the page shows, by layer, head, part and token. */

import { visibleText } from "../../errors.ts";
import { niceCeil } from "../../charts/spec.ts";
import type { TableSchema } from "../../tables/table.ts";
import type { CellOf } from "../read_table.ts";
import { decimalsFor, packNumbers, packText } from "./pack.ts";
import {
  AXES,
  type Axis,
  cellOfNode,
  numberOf,
  type ValueColumn,
  valueColumns,
} from "./value_columns.ts";

/** Values of every row of the page, packed; `browser/values.js` reads them. */
export interface Measure {
  readonly table: string;
  /** The column, or `d - d_x`. */
  readonly name: string;
  /** What it means; empty if the table does not say it. */
  readonly about: string;
  /** Digits after the point of the packed values. */
  readonly decimals: number;
  /** The value at either end of the colours. */
  readonly bound: number;
  readonly layers: readonly number[];
  readonly heads: readonly number[];
  readonly parts: readonly string[];
  /** Packed JSON of {@linkcode Sentences}; absent without an axis of tokens. */
  readonly tokens?: string;
  /** The values: row by row, then by layer, by head or part, and by token. */
  readonly packed: string;
}

export interface Sentences {
  /** Role and text of each token of each distinct sentence. */
  readonly distinct: readonly (readonly (readonly [role: string, token: string])[])[];
  /** Each row's sentence; -1 for a row that is not in the table. */
  readonly of: readonly number[];
}

/** Of a table with more cells the page shows none of single rows: it could not hold them. */
const MOST_CELLS = 1_000_000;

/** The start and end tokens and the padding as charts name them. */
const ENDS = new Map([["sot", "SOT"], ["eot", "EOT"], ["pad", "padding"], ["pooled", "pooled"]]);

/** The numbers of a cell before its values: layer, head, part, position and kind, NaN for one that the table lacks. */
const PLACE = AXES.length;

/** Takes the rows of a table with a column `id`, of some ids only. */
export class RowTable {
  readonly #name: string;
  readonly #most: number;
  readonly #schema: TableSchema | undefined;
  readonly #indices: ReadonlyMap<string, number>;
  /** The cells of each row, one after the other; none once the table is too large. */
  #cells: number[][];
  /** The tokens of each row; none once the table is too large. */
  #tokens: [role: string, token: string][][];
  readonly #parts: string[] = [];
  /** Directions of a trace, or methods of an ablation: each has values of its own. */
  readonly #kinds: string[] = [];
  readonly #isOfNodes: boolean;
  readonly #values: readonly ValueColumn[];
  #taken = 0;

  /** The ids are those of the page, in its order. */
  constructor(name: string, { columns, ids, schema, most = MOST_CELLS }: {
    readonly columns: readonly string[];
    readonly ids: readonly string[];
    readonly schema?: TableSchema | undefined;
    readonly most?: number;
  }) {
    this.#name = name;
    this.#most = most;
    this.#isOfNodes = columns.includes("node");
    this.#values = valueColumns(columns);
    this.#schema = schema;
    this.#indices = new Map(ids.map((id, i) => [id, i]));
    this.#cells = ids.map(() => []);
    this.#tokens = ids.map(() => []);
  }

  take(cell: CellOf): void {
    const index = this.#indices.get(cell("id"));
    if (index === undefined || this.isTooLarge) return;
    if (cell("layer") === "" && (this.#isOfNodes || cell("heads") !== "")) return; // several at once have no place among layers
    if (++this.#taken > this.#most) [this.#cells, this.#tokens] = [[], []];
    if (this.isTooLarge) return;
    const of = this.#isOfNodes ? (axis: Axis) => cellOfNode(axis, cell) : cell;
    const [layer, head, part, position] = [of("layer"), of("head"), of("part"), of("position")];
    if (position !== "") {
      const role = cell("role");
      const token = visibleText(ENDS.get(role) ?? cell("token"));
      this.#tokens[index]![Number(position)] = [role, token];
    }
    const cells = this.#cells[index]!;
    cells.push(numberOf(layer), numberOf(head), placeIn(this.#parts, part), numberOf(position));
    cells.push(placeIn(this.#kinds, of("direction") || cell("method")));
    for (const value of this.#values) cells.push(value.of(cell));
  }

  get isTooLarge(): boolean {
    return this.#taken > this.#most;
  }

  /** The values of the rows, for each column of numbers and each kind; none if the table is too large, or its rows are no cells. */
  measures(): Measure[] {
    if (this.#taken === 0 || this.isTooLarge) return [];
    const [layers, heads, parts] = [0, 1, 2].map((axis) => this.#distinct(axis)) as [
      ...[number[], number[], number[]],
    ];
    const hasTokens = this.#tokens.some(({ length }) => length > 0);
    const places = heads.length + parts.length > 0 || hasTokens;
    if (layers.length > 0 && !places) return []; // says which cell is the largest
    const isCells = layers.length > 0 || places;
    if (!isCells && this.#cells.some(({ length }) => length > this.#width)) return [];
    const tokens = hasTokens ? packText(JSON.stringify(this.#sentences())) : undefined;
    const across = heads.length > 0 ? [1, heads] as const : [2, parts] as const;
    const kinds = this.#kinds.length === 0 ? [undefined] : this.#kinds;
    const all = this.#values.flatMap((value, v) => kinds.map((kind) => ({ value, v, kind })));
    return all.flatMap(({ value: { name, column, added }, v, kind }) => {
      const values = this.#dense(PLACE + v, { layers, across, hasTokens, kind });
      const sizes = values.filter((value) => !Number.isNaN(value)).map(Math.abs).sort();
      if (sizes.length === 0) return [];
      const isCounted = sizes.every(Number.isInteger);
      const scale = nearestRank(sizes, COLOURED);
      const most = isCounted ? 0 : decimalsFor(scale || sizes.at(-1)!);
      const { decimals, packed } = packedWithin(values, most);
      return [{
        table: this.#name,
        name: this.#goesWithoutSaying(kind) ? name : `${name} (${kind})`,
        decimals,
        bound: niceCeil(scale),
        layers,
        heads,
        about: [this.#schema?.columns[column]?.definition, added].filter(Boolean).join(" "),
        parts: heads.length > 0 ? [] : this.#parts,
        ...(tokens === undefined ? {} : { tokens }),
        packed,
      }];
    });
  }

  /** Whether there is no other kind, or it is the paper's direction. */
  #goesWithoutSaying(kind: string | undefined): boolean {
    return kind === undefined || kind === "denoise" ||
      (this.#kinds.length === 1 && kind !== "noise");
  }

  get #width(): number {
    return PLACE + this.#values.length;
  }

  #distinct(axis: number): number[] {
    const found = new Set<number>();
    for (const cells of this.#cells) {
      for (let at = axis; at < cells.length; at += this.#width) {
        if (!Number.isNaN(cells[at])) found.add(cells[at]!);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  #dense(value: number, { layers, across: [axis, along], hasTokens, kind }: {
    readonly layers: readonly number[];
    readonly across: readonly [axis: number, places: readonly number[]];
    readonly hasTokens: boolean;
    readonly kind: string | undefined;
  }): Float64Array {
    const kindIndex = kind === undefined ? NaN : this.#kinds.indexOf(kind);
    const [rows, columns] = [Math.max(layers.length, 1), Math.max(along.length, 1)];
    const lengths = this.#tokens.map(({ length }) => hasTokens ? length : 1);
    const all = new Float64Array(rows * columns * lengths.reduce((a, b) => a + b, 0)).fill(NaN);
    const layerAt = new Map(layers.map((layer, i) => [layer, i]));
    const otherAt = new Map(along.map((other, i) => [other, i]));
    let first = 0;
    for (const [i, cells] of this.#cells.entries()) {
      const length = lengths[i]!;
      for (let at = 0; at < cells.length; at += this.#width) {
        if (!Object.is(cells[at + 4], kindIndex)) continue;
        const layer = layerAt.get(cells[at]!) ?? 0;
        const other = otherAt.get(cells[at + axis]!) ?? 0;
        const token = hasTokens ? cells[at + 3]! : 0;
        all[first + (layer * columns + other) * length + token] = cells[at + value]!;
      }
      first += rows * columns * length;
    }
    return all;
  }

  #sentences(): Sentences {
    const places = new Map<string, number>();
    const distinct: [string, string][][] = [];
    const of = this.#tokens.map((sparse) => {
      if (sparse.length === 0) return -1;
      const tokens = Array.from(sparse, (token) => token ?? ["", ""] as [string, string]);
      const key = JSON.stringify(tokens);
      if (!places.has(key)) places.set(key, distinct.push(tokens) - 1);
      return places.get(key)!;
    });
    return { distinct, of };
  }
}

/** The place of a text in a list, to which a new one is added; NaN for an empty text. */
function placeIn(list: string[], text: string): number {
  if (text === "") return NaN;
  const known = list.indexOf(text);
  return known === -1 ? list.push(text) - 1 : known;
}

/** The share of values that colours tell apart: the few largest would leave all others pale. */
const COLOURED = 0.98;

/** The quantile of nearest rank: the smallest value that is not below a share of all values, without interpolation. */
function nearestRank(sorted: Float64Array, share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}

/** Letters of packed values; those of more have a digit less. */
const MOST_LETTERS = 250_000;

function packedWithin(values: Float64Array, decimals: number) {
  const packed = packNumbers(values, decimals);
  if (packed.length <= MOST_LETTERS || decimals === 0) return { decimals, packed };
  return { decimals: decimals - 1, packed: packNumbers(values, decimals - 1) };
}
