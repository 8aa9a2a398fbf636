/** The lines of ablation.csv of the text tower. */

import type { EvaluateRow } from "../../../study/rows/score_rows.ts";
import type { AblationLines } from "../tables.ts";
import { ablatedNodes } from "./ablated_node.ts";
import type { TextChoice } from "./options.ts";

/** What is measured for a row. */
export interface AblatedText {
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** d with each node ablated, in the order method, node; null where there is none. */
  readonly d: readonly (number | null)[];
}

export interface AblatedTextRow {
  readonly scores: EvaluateRow;
  readonly measured: AblatedText;
}

/** Names what was measured for each row. Returns the lines of each row in the order method, node. */
export function textLines(rows: readonly AblatedTextRow[], choice: TextChoice): AblationLines[] {
  if (rows.length === 0) return [];
  const nodes = ablatedNodes(choice, rows[0]!.measured); // all rows are of one model
  const { methods, role } = choice;
  const cells = methods.flatMap((method) =>
    nodes.map(({ name: node, layer, head, part }) => (
      { tower: "text" as const, node, method, role, layer, head, part }
    ))
  );
  return rows.map(({ scores, measured }): AblationLines => ({
    scores,
    count: cells.length,
    line: (place) => {
      const { id, negation, segment, d } = scores;
      const d_ablated = measured.d[place] ?? undefined;
      const effect = d_ablated === undefined ? undefined : d - d_ablated;
      return { id, negation, segment, ...cells[place]!, d, d_ablated, effect };
    },
  }));
}
