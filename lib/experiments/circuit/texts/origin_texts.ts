/** What the circuit was chosen on and is scored on, and what it had in the run of its file. */

import { estimateText } from "../../../tables/text_table.ts";
import { halfName } from "../search/held_out.ts";
import type { CircuitRow } from "../tables/circuit_table.ts";
import type { CircuitSetRow } from "../tables/sets.ts";

/** On which rows the circuit is scored, and what is left of its faithfulness on rows that had no part in the choice. */
export function scoredOnNotes(
  { ranking, scored_on, ...whole }: CircuitRow,
  sets: readonly CircuitSetRow[],
): string[] {
  if (ranking === "given") return scored_on === "" ? [] : [GIVEN_ON[scored_on]];
  const chosen = ([1, 2] as const).flatMap((half) =>
    sets.find(({ negation, set }) => negation === "all" && set === halfName(half)) ?? []
  );
  const bounds = { low: whole.held_out_low, high: whole.held_out_high };
  const halves = whole.held_out_by === "nouns" ? "subject nouns" : "sentence pairs";
  return [
    "These are the rows that it was chosen on, which tends to make it too large",
    whole.held_out === undefined
      ? `Held out: unknown, since no circuit could be chosen on each half of the ${halves}`
      : `Held out: ${
        estimateText(whole.held_out, bounds)
      }, with circuits that were chosen on one half of the ${halves} (${
        chosen.map(({ nodes }) => nodes).join(" and ")
      } nodes) and scored on the other`,
  ];
}

/** What the circuit of a file is scored on. */
const GIVEN_ON = {
  chosen: "It was chosen on this model and these rows, which tends to make it too large",
  same_data:
    "It was chosen on other rows of the same data; if some of these are among them, this is not held out",
  other: "It was chosen on another model or other data",
};

/** What the run of a file found, and whether it had the same model and rows. */
export function thereNotes(whole: CircuitRow): string[] {
  if (whole.faithfulness_there === undefined) return [];
  const { model_there: model, rows_there: rows } = whole;
  const where = model === "" && rows === ""
    ? ", which does not say its model and rows"
    : ` (${model || "unknown"} model, ${rows || "unknown"} rows)`;
  const bounds = { low: whole.low_there, high: whole.high_there };
  return [`In the run of the file${where}: ${estimateText(whole.faithfulness_there, bounds)}`];
}
