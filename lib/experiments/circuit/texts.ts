/** What is said of a circuit: how it does in each frame, what it was chosen on, and what its tests say, a sentence each. */

import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import type { FindingTable } from "../../study/experiment/finding.ts";
import { cellsName, nodeText } from "../../tables/nodes.ts";
import { estimateText, numberText } from "../../tables/text_table.ts";
import { largestDistance, SHARE_ROUNDING } from "./faithfulness.ts";
import { NO_SEGMENT } from "./measured.ts";
import type { CircuitRow } from "./tables/circuit_table.ts";
import type { CircuitFrameRow } from "./tables/frames.ts";
import { chosenOnHalves, type CircuitSetRow } from "./tables/sets.ts";
import type { CompletenessRow, MinimalityRow } from "./tables/test_tables.ts";

/** What the numbers of rows without images are. */
export function byEmbeddingNotes({ segment }: { readonly segment: string }): string[] {
  if (segment !== NO_SEGMENT) return [];
  return [
    "The rows have no images: faithfulness is that of the embedding, sum <e_C - e_a, e_n - e_a> / sum |e_n - e_a|^2, and d is |e_n - e_a|^2",
  ];
}

/** The frame in which the circuit is furthest from 1, as the end of a sentence. */
export function worstText(frames: readonly CircuitFrameRow[]): string {
  const known = frames.filter(({ frame, faithfulness }) =>
    frame !== "all" && faithfulness !== undefined
  );
  if (known.length === 0) return "";
  const distance = ({ faithfulness }: CircuitFrameRow) => Math.abs(1 - faithfulness!);
  const worst = known.reduce((most, row) => distance(row) > distance(most) ? row : most);
  if (distance(worst) <= SHARE_ROUNDING) return `, and 1 in each of ${known.length} frames`;
  return `; of ${known.length} frames it is furthest from 1 in "${worst.frame}", ${
    estimateText(worst.faithfulness, worst)
  }`;
}

/** The circuit in each frame, beside one that is chosen without it. */
export function framesTable(frames: readonly CircuitFrameRow[]): FindingTable {
  const isHeldOut = frames.some(({ frame, held_out }) => frame !== "all" && held_out !== undefined);
  return {
    title: `The circuit in each frame${isHeldOut ? ", and one chosen on all others" : ""}`,
    digits: 2,
    lines: frames.map((row) => ({
      frame: row.frame,
      n: row.n,
      "faithfulness (95 %)": estimateText(row.faithfulness, row, 2),
      "row error": row.row_error,
      "within .2": row.rows_near,
      ...(isHeldOut && {
        "held out": row.held_out === undefined || row.frame === "all"
          ? ""
          : estimateText(row.held_out, { low: row.held_out_low, high: row.held_out_high }, 2),
      }),
    })),
  };
}

/** On which rows the circuit is scored, and what is left of its faithfulness on rows that had no part in the choice. */
export function scoredOnNotes(
  { ranking, scored_on, ...whole }: CircuitRow,
  sets: readonly CircuitSetRow[],
): string[] {
  if (ranking === "given") return scored_on === "" ? [] : [GIVEN_ON[scored_on]];
  const chosen = chosenOnHalves(sets);
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

/**
 * Whether each node is needed: f is further from 1 without it, by the largest |1 - f| of all rows and of each side, and its drop over all
 * rows is not 0, by intervals that hold for all nodes at once. Only a circuit that is faithful enough can be minimal.
 */
export function minimalText(
  rows: readonly MinimalityRow[],
  circuit: readonly CircuitRow[],
): string {
  if (circuit[0]!.enough !== "yes" || circuit.some(({ enough }) => enough === "no")) {
    return "Not minimal: it is not known to be faithful enough";
  }
  const nodes = rows.filter(({ negation }) => negation === circuit[0]!.negation);
  const tested = nodes.filter(({ simultaneous_low: low }) => low !== undefined);
  if (tested.length === 0) {
    return `No drop is tested: fewer than ${FEWEST_CLUSTERS} effective clusters of rows`;
  }
  const certain = tested.filter(({ simultaneous_low: low, simultaneous_high: high }) =>
    low! > 0 || high! < 0
  );
  const distance = largestDistance(circuit.map(({ faithfulness }) => faithfulness));
  const bySide = Map.groupBy(rows, cellsName);
  const needed = certain.filter((node) => {
    const without = largestDistance(bySide.get(cellsName(node))!.map((row) => row.without));
    return without > distance + SHARE_ROUNDING;
  }).length;
  if (needed === nodes.length) {
    return "Minimal: without any of its nodes it is further from 1, and no drop is 0, by simultaneous intervals";
  }
  const unknown = nodes.length - certain.length;
  const nearer = certain.length - needed;
  const parts = [
    ...unknown > 0 ? [`${countText(unknown, "drop")} cannot be told from 0`] : [],
    ...nearer > 0 ? [`without ${countText(nearer, "node")} it is at least as near to 1`] : [],
  ];
  const needs = `${needed} of ${nodes.length} nodes ${needed === 1 ? "is" : "are"} needed`;
  return `Not shown to be minimal: by simultaneous intervals ${needs}, ${parts.join(" and ")}`;
}

/** Which nodes outside the circuit can take the place of one of it. */
export function standInsText(nodes: readonly MinimalityRow[]): string[] {
  return nodes.flatMap((row) =>
    row.stand_ins === undefined ? [] : [
      `In place of ${nodeText(cellsName(row))} it is also enough with ${
        row.stand_ins.split(", ").map(nodeText).join(" or ")
      }`,
    ]
  );
}

/** Whether chance would do: how many random circuits are as near to 1, over all rows and on each side. */
export function randomText(
  { random, random_all, random_fixed: fixed, random_reaching, random_mean }: CircuitRow,
): string {
  if (random === 0) {
    return "Random circuits: none, since no other circuit has as many heads in each block and as many MLPs";
  }
  if (random_mean === undefined) return "Random circuits: unknown";
  const count = random_all === "yes" ? `all ${random} others` : `${random} different ones`;
  return `Random circuits: ${random_reaching} of ${count} are as near to 1, by the largest |1 - faithfulness| of all rows and of each side; their mean faithfulness is ${
    numberText(random_mean, 3)
  }${fixed === "" ? "" : `; as in the circuit, all of them have all ${fixed}`}`;
}

/** Whether the model does better than the circuit where both lack the same nodes. */
export function completenessText(
  rows: readonly CompletenessRow[],
  { negation, nodes }: CircuitRow,
): string {
  const ofSide = rows.filter((row) => row.negation === negation);
  const known = ofSide.flatMap((row) => row.difference === undefined ? [] : [row]);
  if (known.length === 0) return "Completeness: unknown";
  const mean = known.reduce((sum, { difference }) => sum + Math.abs(difference!), 0) / known.length;
  const largest = known.reduce((most, row) =>
    Math.abs(row.difference!) > Math.abs(most.difference!) ? row : most
  );
  const areAll = known.length === 2 ** nodes - 1;
  const parts = areAll
    ? `${countText(known.length, "part")} of the circuit (all that there are)`
    : `${known.length} random parts of the circuit`;
  return `Completeness: without the same ${parts}, the faithfulness of the whole model and of the circuit differ by ${
    numberText(mean, 3)
  } on average and by ${numberText(Math.abs(largest.difference!), 3)} at most (${
    nodesText(largest.nodes)
  } taken out: model ${numberText(largest.model!, 3)}, circuit ${numberText(largest.circuit!, 3)})`;
}

export function nodesText(count: number): string {
  return countText(count, "node");
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
