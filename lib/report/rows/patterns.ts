/** Whole attention patterns of a few rows, as the page holds them. */

import { shortToken } from "../../charts/roles.ts";
import { visibleText } from "../../errors.ts";
import type { CellOf } from "../read_table.ts";
import { packNumbers } from "./pack.ts";

/** The patterns of a run; `browser/patterns.js` reads them. */
export interface Patterns {
  readonly table: string;
  readonly rows: readonly PatternedRow[];
  /** The weights, packed: row by row, then by head, by sentence, by query and by key; a later key without a weight is missing. */
  readonly packed: string;
}

export interface PatternedRow {
  /** Its place among the rows of the page. */
  readonly row: number;
  /** Its heads, `layer.head`, the most selective first. */
  readonly heads: readonly string[];
  readonly sentences: readonly PatternedSentence[];
}

export interface PatternedSentence {
  readonly name: string;
  /** Its tokens, each with its position before it. */
  readonly tokens: readonly string[];
}

const PATTERN_DECIMALS = 3;

const COLUMNS = ["layer", "head", "sentence", "query", "query_token", "key", "weight"];

export function isOfPatterns(columns: readonly string[]): boolean {
  return COLUMNS.every((column) => columns.includes(column));
}

interface Taken {
  readonly tokens: Map<number, string>;
  /** Weights by head, then by `query,key`. */
  readonly weights: Map<string, Map<string, number>>;
}

export class PatternTable {
  readonly #name: string;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #rows = new Map<number, { heads: Set<string>; sentences: Map<string, Taken> }>();

  constructor(name: string, ids: readonly string[]) {
    this.#name = name;
    this.#indices = new Map(ids.map((id, i) => [id, i]));
  }

  take(cell: CellOf): void {
    const index = this.#indices.get(cell("id"));
    if (index === undefined) return;
    const found = this.#rows.get(index) ?? { heads: new Set(), sentences: new Map() };
    this.#rows.set(index, found);
    const head = `${cell("layer")}.${cell("head")}`;
    found.heads.add(head);
    const name = cell("sentence");
    const taken = found.sentences.get(name) ?? { tokens: new Map(), weights: new Map() };
    found.sentences.set(name, taken);
    const token = cell("query_token");
    taken.tokens.set(Number(cell("query")), visibleText(shortToken(token)));
    const weights = taken.weights.get(head) ?? new Map<string, number>();
    taken.weights.set(head, weights);
    weights.set(`${cell("query")},${cell("key")}`, Number(cell("weight")));
  }

  patterns(): Patterns | undefined {
    if (this.#rows.size === 0) return undefined;
    const values: number[] = [];
    const rows = [...this.#rows].map(([row, { heads, sentences }]): PatternedRow => {
      for (const head of heads) {
        for (const { tokens, weights } of sentences.values()) {
          for (const query of tokens.keys()) {
            for (const key of tokens.keys()) {
              values.push(weights.get(head)?.get(`${query},${key}`) ?? NaN);
            }
          }
        }
      }
      const named = [...sentences].map(([name, { tokens }]) => (
        { name, tokens: [...tokens].map(([position, token]) => `${position} ${token}`) }
      ));
      return { row, heads: [...heads], sentences: named };
    });
    return { table: this.#name, rows, packed: packNumbers(values, PATTERN_DECIMALS) };
  }
}
