/** The circuit in short: its nodes, how faithful it is, what each node adds, and whether chance would do. */

import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { specificText } from "../../study/controls/control_text.ts";
import type { Finding, FindingTable } from "../../study/experiment/finding.ts";
import { cellsName, nodeText } from "../../tables/nodes.ts";
import { rowsOf } from "../../tables/table.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { largestDistance, NO_SEGMENT, SHARE_ROUNDING } from "./faithfulness.ts";
import { LIMIT_NAME, MOST_CHANGES } from "./search/find.ts";
import type { CircuitFrameRow, CircuitRow } from "./tables/circuit_table.ts";
import { allNames, type CircuitMeasureRow, type CircuitNodeRow, ownNodes } from "./tables/nodes.ts";
import { chosenOnHalves, type CircuitSetRow, nearestSet } from "./tables/sets.ts";
import type { CircuitTables } from "./tables/tables.ts";

const MOST_LINES = 12;

/** A circuit, what came nearest if there is none, or how faithful the given sets are. */
export function circuitFindings(tables: CircuitTables): Finding {
  const { circuit, measures, sets } = tables;
  if (sets.rows.length === 0) return { sentences: ["No row is in the segments"] };
  if (circuit.rows.length > 0) return circuitFinding(tables);
  return measures.rows.length > 0 ? noCircuit(tables) : givenSets(tables);
}

function circuitFinding(tables: CircuitTables): Finding {
  const { circuit, frames, nodes: { rows: known }, sets } = tables;
  const [whole, ...sides] = circuit.rows as [CircuitRow, ...CircuitRow[]];
  const nodes = ownNodes(known, { side: "all" });
  const byDrop = nodes.toSorted((a, b) => Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0));
  const [rest] = byDrop.slice(MOST_LINES);
  const count = allNames(known).size;
  const { segment, random_fixed: fixed } = whole;
  const { how, ranked } = originOf(whole, known);
  const tooFar = circuit.rows.filter(({ enough }) => enough === "no")
    .map(({ negation }) => negation === "all" ? "all rows" : `the ${negation}-negated rows`);
  return {
    sentences: [
      `Circuit of ${nodesText(whole.nodes)}${count > 0 ? ` of ${count}` : ""}: ${
        nodes.map((row) => nodeText(cellsName(row))).join(", ")
      }`,
      `Its faithfulness is ${estimateText(whole.faithfulness, whole)} over ${whole.n} rows${
        segment === NO_SEGMENT ? "" : ` (${segment})`
      }${sides.length === 0 ? "" : `: ${sides.map(sideText).join(", ")}`}${worstText(frames.rows)}${
        specificText([whole], () => "it")
      }`,
      minimalText(ownNodes(known), circuit.rows),
    ],
    tables: [
      {
        title: "What faithfulness loses without a node",
        lines: dropLines(byDrop.slice(0, MOST_LINES), ranked),
      },
      framesTable(frames.rows),
      areasTable(tables),
    ],
    notes: [
      ...byEmbeddingNotes(tables),
      ...rest === undefined ? [] : [
        `and ${nodesText(byDrop.length - MOST_LINES)} whose drop is at most ${
          numberText(Math.abs(rest.effect ?? 0), 3)
        }`,
      ],
      how,
      ...limitNotes(sets.rows, "more nodes might be left out"),
      whole.row_error === undefined
        ? "Unknown: d is no more than a rounding error in all rows"
        : `Row by row: the error, sum of |d_C - d| / sum of |d|, is ${
          estimateText(whole.row_error, { low: whole.row_error_low, high: whole.row_error_high })
        }; d_C / d lies within 1 +/- 0.2 in ${numberText(whole.rows_near!, 3)} of the rows`,
      ...tooFar.length === 0
        ? []
        : [`Too far from 1 to be a circuit of ${tooFar.join(" and of ")}`],
      ...(whole.low ?? 0) > 1 + SHARE_ROUNDING
        ? ["Above 1: the nodes outside of the circuit take away from d"]
        : [],
      ...scoredOnNotes(whole, sets.rows),
      whole.random === 0
        ? "Random circuits: none, since no other circuit has as many heads in each block and as many MLPs"
        : `Random circuits: ${whole.random_reaching} of ${whole.random} are as near to 1, by the largest |1 - faithfulness| of all rows and of each side; their mean faithfulness is ${
          whole.random_mean === undefined ? "unknown" : numberText(whole.random_mean, 3)
        }${fixed === "" ? "" : `; as in the circuit, all of them have all ${fixed}`}`,
      completenessText(tables),
    ],
  };
}

/** The frame in which the circuit is furthest from 1, as the end of a sentence. */
export function worstText(frames: readonly CircuitFrameRow[]): string {
  const distance = ({ faithfulness }: CircuitFrameRow) => Math.abs(1 - faithfulness!);
  const known = frames.filter(({ frame, faithfulness }) =>
    frame !== "all" && faithfulness !== undefined
  ).toSorted((a, b) => distance(b) - distance(a));
  const [worst] = known;
  if (worst === undefined) return "";
  if (distance(worst) <= SHARE_ROUNDING) return `, and 1 in each of ${known.length} frames`;
  return `; of ${known.length} frames it is furthest from 1 in "${worst.frame}", ${
    estimateText(worst.faithfulness, worst)
  }`;
}

/** The circuit in each frame, beside one that is chosen without it. */
function framesTable(frames: readonly CircuitFrameRow[]): FindingTable {
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

/**
 * Whether each node is needed: f is further from 1 without it, by the largest |1 - f| of all rows and of each side, and its drop over all
 * rows is not 0, by intervals that hold for all nodes at once. Only a circuit that is faithful enough can be minimal.
 */
function minimalText(rows: readonly CircuitNodeRow[], circuit: readonly CircuitRow[]): string {
  if (circuit[0]!.enough !== "yes" || circuit.some(({ enough }) => enough === "no")) {
    return "Not minimal: it is not known to be faithful enough";
  }
  const wholeOf = new Map(circuit.map(({ negation, faithfulness }) => [negation, faithfulness]));
  const distance = largestDistance([...wholeOf.values()]);
  const nodes = [...Map.groupBy(rows, cellsName).values()];
  if (nodes.every(([ofAll]) => ofAll!.simultaneous_low === undefined)) {
    return `No drop is tested: fewer than ${FEWEST_CLUSTERS} effective clusters of rows`;
  }
  const needed = nodes.filter((ofNode) => {
    const { simultaneous_low: low = 0, simultaneous_high: high = 0 } = ofNode[0]!;
    const without = largestDistance(
      ofNode.map(({ negation, effect }) => wholeOf.get(negation)! - (effect ?? NaN)),
    );
    return (low > 0 || high < 0) && without > distance + SHARE_ROUNDING;
  }).length;
  return needed === nodes.length
    ? "Minimal: without any of its nodes it is further from 1, and no drop is 0, by simultaneous intervals"
    : `Not shown to be minimal: ${needed} of ${nodes.length} nodes ${
      needed === 1 ? "is" : "are"
    } needed; without each of the others it is no further from 1, or the drop cannot be told from 0`;
}

function dropLines(
  nodes: readonly CircuitNodeRow[],
  ranked: readonly CircuitNodeRow[],
): FindingTable["lines"] {
  const shares = new Map(ranked.map((row) => [cellsName(row), row.share_of_samples]));
  const hasSamples = ranked.some(({ ranking }) => ranking !== "greedy");
  const hasStandIns = nodes.some(({ stand_ins }) => stand_ins !== undefined);
  return nodes.map((row) => ({
    node: nodeText(cellsName(row)),
    drop: row.effect,
    "95 % interval": intervalText(row),
    simultaneous: intervalText({ low: row.simultaneous_low, high: row.simultaneous_high }),
    ...(hasSamples && { samples: shares.get(cellsName(row)) }),
    ...(hasStandIns && {
      "also enough": (row.stand_ins?.split(", ") ?? []).map(nodeText).join(" or "),
    }),
  }));
}

/** Where the circuit comes from, and the rows of its ranking if it is a beginning of that, so that their shares of samples are its own. */
function originOf(
  { ranking, start }: CircuitRow,
  nodes: readonly CircuitNodeRow[],
): { readonly how: string; readonly ranked: readonly CircuitNodeRow[] } {
  if (ranking === "given") return { how: "The circuit is that of --circuit", ranked: [] };
  const own = new Set(ownNodes(nodes).map(cellsName));
  const ranked = nodes.filter((row) => row.ranking === ranking);
  const changed = (how: string, isFirst: boolean) => {
    const names = ranked.filter(({ rank }) => rank! <= start! === isFirst).map(cellsName)
      .filter((name) => own.has(name) !== isFirst).map(nodeText);
    return names.length === 0 ? [] : [`${how} ${names.join(", ")}`];
  };
  const changes = [...changed("without", true), ...changed("with", false)];
  if (changes.length > 0) {
    const how = `The circuit is the first ${nodesText(start!)} by ${ranking} ${
      changes.join(" and ")
    }`;
    return { how, ranked: [] };
  }
  const how =
    `The circuit is the shortest beginning of a ranking that is enough, here by ${ranking}`;
  return { how, ranked };
}

/** What the circuit of a file is scored on. */
const GIVEN_ON = {
  chosen: "It was chosen on this model and these rows, which tends to make it too large",
  same_data:
    "It was chosen on other rows of the same data; if some of these are among them, this is not held out",
  other: "It was chosen on another model or other data",
  "": "Its file does not say which model and rows it was chosen on",
};

/** On which rows the circuit is scored, and what is left of its faithfulness elsewhere. */
function scoredOnNotes(whole: CircuitRow, sets: readonly CircuitSetRow[]): string[] {
  if (whole.ranking === "given") {
    const there = { low: whole.low_there, high: whole.high_there };
    return [
      GIVEN_ON[whole.scored_on],
      ...whole.faithfulness_there === undefined
        ? []
        : [`In the run of the file: ${estimateText(whole.faithfulness_there, there)}`],
    ];
  }
  const bounds = { low: whole.held_out_low, high: whole.held_out_high };
  const halves = whole.held_out_by === "nouns" ? "subject nouns" : "sentence pairs";
  return [
    "These are the rows that it was chosen on, which tends to make it too large",
    whole.held_out === undefined
      ? `Held out: unknown, since no circuit could be chosen on each half of the ${halves}`
      : `Held out: ${
        estimateText(whole.held_out, bounds)
      }, with circuits that were chosen on one half of the ${halves} (${
        chosenOnHalves(sets).map(({ nodes }) => nodes).join(" and ")
      } nodes) and scored on the other`,
  ];
}

/** Whether the model does better than the circuit where both lack the same nodes. */
function completenessText({ measures }: CircuitTables): string {
  const differences = measures.rows.flatMap(({ measure, negation, value }) =>
    measure === "completeness" && negation === "all" && value !== undefined ? Math.abs(value) : []
  );
  if (differences.length === 0) return "Completeness: unknown";
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  return `Completeness: without a part of the circuit, its faithfulness and that of the whole model differ by ${
    numberText(mean, 3)
  } on average and by ${
    numberText(Math.max(...differences), 3)
  } at most (${differences.length} of its parts)`;
}

function noCircuit(tables: CircuitTables): Finding {
  const { sets, nodes } = tables;
  const count = allNames(nodes.rows).size;
  const [whole, ...sides] = nearestSet(sets.rows, count) ?? [];
  return {
    sentences: [
      `No circuit: no set of up to ${
        nodesText(Math.floor(count / 2))
      } of ${count} that the search has run is faithful enough over all rows and on each side`,
      ...whole === undefined ? [] : [
        `Nearest to 1 comes "${whole.set}" (${nodesText(whole.nodes)}), with faithfulness ${
          [estimateText(whole.faithfulness, whole), ...sides.map(sideText)].join(", ")
        }`,
      ],
    ],
    tables: [areasTable(tables)],
    notes: limitNotes(sets.rows, "more changes might lead nearer to 1"),
  };
}

function givenSets(tables: CircuitTables): Finding {
  const all = tables.sets.rows;
  const rows = all.filter(({ negation }) => negation === "all");
  const sides = NEGATIONS.filter((side) => all.some(({ negation }) => negation === side));
  const bySet = Map.groupBy(all, ({ set }) => set);
  const ofSide = (set: string, side: Negation) =>
    bySet.get(set)!.find(({ negation }) => negation === side)?.faithfulness;
  return {
    tables: [{
      title: `Faithfulness of the sets over ${rows[0]!.n} rows${
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
      ...byEmbeddingNotes(tables),
      ...rows.length > MOST_LINES
        ? [`and ${rows.length - MOST_LINES} more in circuit_sets.csv`]
        : [],
    ],
  };
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

/** What the numbers of rows without images are. */
function byEmbeddingNotes({ scores }: CircuitTables): string[] {
  for (const { segment } of rowsOf(scores)) {
    if (segment !== NO_SEGMENT) break;
    return [
      "The rows have no images: faithfulness is that of the embedding, sum <e_C - e_a, e_n - e_a> / sum |e_n - e_a|^2, and d is |e_n - e_a|^2",
    ];
  }
  return [];
}

/** Whether the search ended only because it makes no more changes. */
function limitNotes(sets: readonly CircuitSetRow[], open: string): string[] {
  return sets.some(({ set }) => set === LIMIT_NAME)
    ? [`The search ended at its limit of ${MOST_CHANGES} changes of a node: ${open}`]
    : [];
}

function sideText(row: CircuitRow | CircuitSetRow): string {
  return `${row.negation}-negated ${estimateText(row.faithfulness, row)}`;
}

function nodesText(count: number): string {
  return `${count} node${count === 1 ? "" : "s"}`;
}
