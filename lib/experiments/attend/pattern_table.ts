/** attention_patterns.csv: what the most selective heads look at in a few rows. */

import type { Negation, Pair } from "../../data/pairs.ts";
import { HEAD, ID, LAYER, NEGATION } from "../../study/columns.ts";
import {
  count,
  fillOnRequest,
  key as keyColumn,
  number,
  table,
  text,
} from "../../tables/schema.ts";
import type { Row, Table, TableSchema } from "../../tables/table.ts";
import type { RowPatterns } from "./patterns.ts";
import type { HeadRow } from "./tables.ts";

const COLUMNS = {
  id: ID,
  negation: NEGATION,
  layer: LAYER,
  head: HEAD,
  sentence: keyColumn(text<"negated" | "affirmative">(
    "Which of the row's sentences: `negated` or `affirmative`.",
  )),
  query: keyColumn(count("Position of the token that attends, from 0.")),
  query_token: text("Its text, without the end-of-word mark."),
  key: keyColumn(count("Position of the token that it attends to, from 0.")),
  key_token: text("Its text."),
  weight: number(
    "share",
    "The share of the query's attention that the key has, to four decimals.",
  ),
};

export type PatternSchema = TableSchema<typeof COLUMNS>;

export function patternSchema(name: string): PatternSchema {
  return table(
    name,
    "Whole attention patterns of the four most selective heads of a side, in eight rows of the side at most: one row for each query and key of both sentences.",
    COLUMNS,
  );
}

const ATTENTION_PATTERNS = patternSchema("attention_patterns");

/** A row of a table of patterns: one weight. */
export type PatternRow = Row<
  {
    id: string;
    negation: Negation;
    sentence: "negated" | "affirmative";
    query_token: string;
    key_token: string;
  },
  "layer" | "head" | "query" | "key" | "weight"
>;

const HEADS_A_SIDE = 4;

type ChosenHead = Pick<HeadRow, "negation" | "layer" | "head" | "selectivity" | "above_baseline">;

/** How much more a head attends to the negator than to its twin, and than with the sentences exchanged where this is known. */
function preference({ selectivity, above_baseline }: ChosenHead): number {
  return above_baseline ?? selectivity ?? 0;
}

/** Lists the weights of the most selective heads in the rows that have patterns, in the order row, head, sentence, query, key. */
export function patternTable(
  rows: readonly { readonly pair: Pair; readonly patterns?: RowPatterns | undefined }[],
  heads: readonly ChosenHead[],
  schema: PatternSchema = ATTENTION_PATTERNS,
): Table<PatternRow> {
  return fillOnRequest(schema, function* () {
    for (const { pair: { id, negation }, patterns } of rows) {
      if (patterns === undefined) continue;
      const ofSide = heads.filter((head) => head.negation === negation); // all of them, in the order layer, head
      const chosen = [...ofSide.keys()]
        .toSorted((a, b) => preference(ofSide[b]!) - preference(ofSide[a]!))
        .slice(0, HEADS_A_SIDE);
      for (const place of chosen) {
        const { layer, head } = ofSide[place]!;
        for (const sentence of ["negated", "affirmative"] as const) {
          const { positions, tokens, weights } = patterns[sentence];
          let at = 0;
          for (const [i, query] of positions.entries()) {
            for (const [k, key] of positions.entries()) {
              if (patterns.causal && key > query) continue;
              yield {
                id,
                negation,
                layer,
                head,
                sentence,
                query,
                query_token: tokens[i]!,
                key,
                key_token: tokens[k]!,
                weight: weights[place]![at++]!,
              };
            }
          }
        }
      }
    }
  });
}
