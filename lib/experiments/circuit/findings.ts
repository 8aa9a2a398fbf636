/** The circuit in short: its nodes, how faithful it is, what each node adds, and whether chance would do. */

import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import type { Finding, FindingTable } from "../../study/experiment/finding.ts";
import { cellsName, nodeText } from "../../tables/nodes.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { largestDistance, SHARE_ROUNDING } from "./faithfulness.ts";
import { NO_SEGMENT } from "./measured.ts";
import type { CircuitFrameRow, CircuitRow } from "./tables/circuit_table.ts";
import { chosenOnHalves, type CircuitSetRow, nearestSet } from "./tables/sets.ts";
import {
  allNames,
  changesOf,
  type CircuitMeasureRow,
  type CircuitNodeRow,
  ownNodes,
  sharesOfSamples,
} from "./tables/nodes.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { specificText } from "../../study/controls/control_text.ts";
import { LIMIT_NAME, MOST_CHANGES } from "./search/find.ts";
import type { CircuitTables } from "./tables/tables.ts";

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
function scoredOnNotes(
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
function thereNotes(whole: CircuitRow): string[] {
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
function minimalText(
  rows: readonly CircuitNodeRow[],
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
  const wholeOf = new Map(circuit.map(({ negation, faithfulness }) => [negation, faithfulness]));
  const needed = certain.filter((node) => {
    const without = largestDistance(
      bySide.get(cellsName(node))!.map(({ negation, effect }) =>
        wholeOf.get(negation)! - (effect ?? NaN)
      ),
    );
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
function standInsText(nodes: readonly CircuitNodeRow[]): string[] {
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
function completenessText(
  { measures, sets }: CircuitTables,
  { negation, nodes }: CircuitRow,
): string {
  const known = measures.rows.filter((row) =>
    row.measure === "completeness" && row.negation === negation && row.value !== undefined
  );
  if (known.length === 0) return "Completeness: unknown";
  const mean = known.reduce((sum, { value }) => sum + Math.abs(value!), 0) / known.length;
  const largest = known.reduce((most, row) =>
    Math.abs(row.value!) > Math.abs(most.value!) ? row : most
  );
  const [model, circuit] = ["model", "circuit"].map((whole) => {
    const name = `${whole} without subset ${largest.subset}`;
    const found = sets.rows.find((row) => row.set === name && row.negation === negation);
    return numberText(found!.faithfulness!, 3);
  });
  const areAll = known.length === 2 ** nodes - 1;
  const parts = areAll
    ? `${countText(known.length, "part")} of the circuit (all that there are)`
    : `${known.length} random parts of the circuit`;
  return `Completeness: without the same ${parts}, the faithfulness of the whole model and of the circuit differ by ${
    numberText(mean, 3)
  } on average and by ${numberText(Math.abs(largest.value!), 3)} at most (${
    nodesText(largest.nodes!)
  } taken out: model ${model}, circuit ${circuit})`;
}

function nodesText(count: number): string {
  return countText(count, "node");
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

const MOST_LINES = 12;

/** A circuit, what came nearest if there is none, or how faithful the given sets are. */
export function circuitFindings(tables: CircuitTables): Finding {
  const { circuit, measures, sets } = tables;
  if (sets.rows.length === 0) return { sentences: ["No row is in the segments"] };
  if (circuit.rows.length > 0) return circuitFinding(tables);
  return measures.rows.length > 0 ? noCircuit(tables) : givenSets(sets.rows);
}

function circuitFinding(tables: CircuitTables): Finding {
  const { circuit, frames, nodes: { rows: known }, sets } = tables;
  const [whole, ...sides] = circuit.rows as [CircuitRow, ...CircuitRow[]];
  const nodes = ownNodes(known, { side: whole.negation });
  const byDrop = nodes.toSorted((a, b) => Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0));
  const rest = byDrop.slice(MOST_LINES);
  const count = allNames(known).size;
  return {
    sentences: [
      `Circuit of ${nodesText(whole.nodes)}${count > 0 ? ` of ${count}` : ""}: ${
        nodes.map((row) => nodeText(cellsName(row))).join(", ")
      }`,
      `Its faithfulness is ${estimateText(whole.faithfulness, whole)} over ${whole.n} rows${
        segmentText(whole)
      }${sides.length === 0 ? "" : `: ${sidesText(sides)}`}${worstText(frames.rows)}${
        specificText([whole], () => "it")
      }`,
      minimalText(ownNodes(known), circuit.rows),
      ...standInsText(nodes),
    ],
    tables: [
      {
        title: "What faithfulness loses without a node",
        lines: dropLines(byDrop.slice(0, MOST_LINES), whole, tables),
      },
      framesTable(frames.rows),
      areasTable(tables),
    ],
    notes: [
      ...byEmbeddingNotes(whole),
      ...rest.length === 0 ? [] : [
        `and ${nodesText(rest.length)} whose drop is at most ${
          numberText(Math.abs(rest[0]!.effect ?? 0), 3)
        }`,
      ],
      howText(whole, known),
      ...limitNotes(sets.rows, "more nodes might be left out"),
      ...rowsNotes(whole),
      ...notEnoughNotes([whole, ...sides]),
      ...(whole.low ?? 0) > 1 + SHARE_ROUNDING
        ? ["Above 1: the nodes outside of the circuit take away from d"]
        : [],
      ...scoredOnNotes(whole, sets.rows),
      ...thereNotes(whole),
      randomText(whole),
      completenessText(tables, whole),
    ],
  };
}

/** The segments of rows with images, after their number. */
function segmentText({ segment }: { readonly segment: string }): string {
  return segment === NO_SEGMENT ? "" : ` (${segment})`;
}

function sidesText(sides: readonly CircuitSetRow[] | readonly CircuitRow[]): string {
  return sides.map((row) => `${row.negation}-negated ${estimateText(row.faithfulness, row)}`)
    .join(", ");
}

function dropLines(
  nodes: readonly CircuitNodeRow[],
  whole: CircuitRow,
  { nodes: known }: CircuitTables,
): FindingTable["lines"] {
  const shares = sharesOfSamples(whole, known.rows);
  const hasSamples = whole.ranking !== "greedy" && shares !== undefined;
  return nodes.map((row) => ({
    node: nodeText(cellsName(row)),
    drop: row.effect,
    "95 % interval": intervalText(row),
    simultaneous: intervalText({ low: row.simultaneous_low, high: row.simultaneous_high }),
    ...(hasSamples && { samples: shares.get(cellsName(row)) }),
    ...(row.effect_there !== undefined && { "drop there": row.effect_there }),
  }));
}

/** Where the circuit comes from. */
function howText(
  circuit: CircuitRow,
  nodes: readonly CircuitNodeRow[],
): string {
  const { ranking, start } = circuit;
  if (ranking === "given") return "The circuit is that of --circuit";
  const { dropped, added } = changesOf(circuit, nodes);
  if (dropped.length + added.length === 0) {
    return `The circuit is the shortest beginning of a ranking that is enough, here by ${ranking}`;
  }
  const parts = [
    ...dropped.length > 0 ? [`without ${dropped.map(nodeText).join(", ")}`] : [],
    ...added.length > 0 ? [`with ${added.map(nodeText).join(", ")}`] : [],
  ];
  return `The circuit is the first ${nodesText(start!)} by ${ranking} ${parts.join(" and ")}`;
}

/** How the circuit does in single rows. */
function rowsNotes(
  { row_error, row_error_low: low, row_error_high: high, ...whole }: CircuitRow,
): string[] {
  if (row_error === undefined) return ["Unknown: d is no more than a rounding error in all rows"];
  return [
    `Row by row: the error, sum of |d_C - d| / sum of |d|, is ${
      estimateText(row_error, { low, high })
    }; d_C / d lies within 1 +/- 0.2 in ${numberText(whole.rows_near!, 3)} of the rows`,
  ];
}

/** On which rows a given circuit is not enough; one that was found is. */
function notEnoughNotes(rows: readonly CircuitRow[]): string[] {
  const sides = rows.filter(({ enough }) => enough === "no")
    .map(({ negation }) => negation === "all" ? "all rows" : `the ${negation}-negated rows`);
  return sides.length === 0 ? [] : [`Too far from 1 to be a circuit of ${sides.join(" and of ")}`];
}

function noCircuit(tables: CircuitTables): Finding {
  const { sets, nodes } = tables;
  const count = allNames(nodes.rows).size;
  const [whole, ...sides] = nearestSet(sets.rows, count) ?? [];
  const nearest = whole === undefined ? [] : [
    `Nearest to 1 comes "${whole.set}" (${nodesText(whole.nodes)}), with faithfulness ${
      [estimateText(whole.faithfulness, whole), sidesText(sides)].filter((text) => text !== "")
        .join(", ")
    }`,
  ];
  return {
    sentences: [
      `No circuit: no set of up to ${
        nodesText(Math.floor(count / 2))
      } of ${count} that the search has run is faithful enough over all rows and on each side`,
      ...nearest,
    ],
    tables: [areasTable(tables)],
    notes: limitNotes(sets.rows, "more changes might lead nearer to 1"),
  };
}

/** Whether the search ended only because it makes no more changes. */
function limitNotes(sets: readonly CircuitSetRow[], open: string): string[] {
  return sets.some(({ set }) => set === LIMIT_NAME)
    ? [`The search ended at its limit of ${MOST_CHANGES} changes of a node: ${open}`]
    : [];
}

function areasTable({ measures }: CircuitTables): FindingTable {
  const [cpr, cmd] = (["cpr", "cmd"] as const).map((area) =>
    measures.rows.filter(({ negation, measure }) => negation === "all" && measure === area)
  ) as [CircuitMeasureRow[], CircuitMeasureRow[]];
  return {
    title: "Areas under the curves",
    lines: cpr.map(({ ranking, value, ...bounds }, i) => ({
      ranking,
      CPR: value,
      "95 % interval": intervalText(bounds),
      CMD: cmd[i]!.value,
      "its interval": intervalText(cmd[i]!),
    })),
  };
}

function givenSets(all: readonly CircuitSetRow[]): Finding {
  const rows = all.filter(({ negation }) => negation === "all");
  const bySet = Map.groupBy(all, ({ set }) => set);
  const sides = NEGATIONS.filter((side) => all.some(({ negation }) => negation === side));
  const ofSide = (set: string, side: Negation) =>
    bySet.get(set)!.find(({ negation }) => negation === side)?.faithfulness;
  return {
    tables: [{
      title: `Faithfulness of the sets over ${rows[0]!.n} rows${segmentText(rows[0]!)}${
        sides.length === 0 ? "" : ", and on each negated side"
      }`,
      lines: rows.slice(0, MOST_LINES).map((row) => ({
        set: row.set,
        nodes: row.nodes,
        faithfulness: row.faithfulness,
        "95 % interval": intervalText(row),
        ...Object.fromEntries(sides.map((side) => [side, ofSide(row.set, side)])),
        "row error": row.row_error,
      })),
    }],
    notes: [
      ...byEmbeddingNotes(rows[0]!),
      ...rows.length > MOST_LINES
        ? [`and ${rows.length - MOST_LINES} more in circuit_sets.csv`]
        : [],
    ],
  };
}
