/** attention_tokens.csv: how much more each head attends to the negator than to its twin, from each token. */

import type { Negation, Pair } from "../../data/pairs.ts";
import { HEAD, ID, LAYER, NEGATION, ROLE } from "../../study/columns.ts";
import { count, fillOnRequest, key, number, table, text } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import type { AttendedSentences } from "./measured.ts";
import type { Role } from "../../data/roles.ts";

const ATTENTION_TOKENS = table(
  "attention_tokens",
  "One row for each row, head and token of the negated sentence.",
  {
    id: ID,
    negation: NEGATION,
    layer: LAYER,
    head: HEAD,
    position: key(count("Position of the query in the negated sentence, from 0.")),
    role: ROLE,
    token: text("The token as text, without the end-of-word mark."),
    difference: number(
      "share",
      "A_negated[query, negator] - A_affirmative[query, twin] for this token as the query; attention from or to a missing twin counts as 0.",
    ),
  },
);

/** A row of attention_tokens.csv: one head of one row, from one token. */
export type TokenDifference = Row<
  { id: string; negation: Negation; role: Role; token: string },
  "layer" | "head" | "position" | "difference"
>;

/** Lists the differences of each row, head and token, in this order. The lines are made on request: a row has hundreds. */
export function tokenDifferences(
  rows: readonly { readonly pair: Pair; readonly measured: AttendedSentences }[],
): Table<TokenDifference> {
  return fillOnRequest(ATTENTION_TOKENS, function* () {
    for (const { pair: { id, negation }, measured: { roles, tokens, heads } } of rows) {
      for (const { layer, head, byQuery } of heads) {
        for (const [position, role] of roles.entries()) {
          const difference = byQuery[position]!;
          yield { id, negation, layer, head, position, role, token: tokens[position]!, difference };
        }
      }
    }
  });
}
