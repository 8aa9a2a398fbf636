/** The circuit in short: its nodes, how faithful it is, what each node adds, and whether chance would do. */

import type { CurveRow } from "./tables/curve.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { specificText } from "../../study/controls/control_text.ts";
import type { Finding, FindingTable } from "../../study/experiment/finding.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { cellsName, nodeText } from "../../tables/nodes.ts";
import { SHARE_ROUNDING } from "./faithfulness.ts";
import { LIMIT_NAME, MOST_CHANGES } from "./search/find.ts";
import { NO_SEGMENT } from "./measured.ts";
import { changesOf, sharesOfSamples } from "./tables/membership.ts";
import { type CircuitSetRow, nearestSet } from "./tables/sets.ts";
import type { CircuitRow } from "./tables/circuit_table.ts";
import type { MinimalityRow } from "./tables/test_tables.ts";
import type { CircuitTables } from "./tables/tables.ts";
import {
  byEmbeddingNotes,
  completenessText,
  framesTable,
  minimalText,
  nodesText,
  randomText,
  scoredOnNotes,
  standInsText,
  thereNotes,
  worstText,
} from "./texts.ts";

const MOST_LINES = 12;

/** A circuit, what came nearest if there is none, or how faithful the given sets are. */
export function circuitFindings(tables: CircuitTables): Finding {
  const { circuit, curve, sets } = tables;
  if (sets.rows.length === 0) return { sentences: ["No row is in the segments"] };
  if (circuit.rows.length > 0) return circuitFinding(tables);
  return curve.rows.length > 0 ? noCircuit(tables) : givenSets(sets.rows);
}

function circuitFinding(tables: CircuitTables): Finding {
  const { circuit, frames, minimality, completeness, membership, sets } = tables;
  const [whole, ...sides] = circuit.rows as [CircuitRow, ...CircuitRow[]];
  const nodes = minimality.rows.filter(({ negation }) => negation === whole.negation);
  const byDrop = nodes.toSorted((a, b) => Math.abs(b.drop ?? 0) - Math.abs(a.drop ?? 0));
  const rest = byDrop.slice(MOST_LINES);
  const count = new Set(membership.rows.map(cellsName)).size;
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
      minimalText(minimality.rows, circuit.rows),
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
          numberText(Math.abs(rest[0]!.drop ?? 0), 3)
        }`,
      ],
      howText(whole, membership.rows),
      ...limitNotes(sets.rows, "more nodes might be left out"),
      ...rowsNotes(whole),
      ...notEnoughNotes([whole, ...sides]),
      ...(whole.low ?? 0) > 1 + SHARE_ROUNDING
        ? ["Above 1: the nodes outside of the circuit take away from d"]
        : [],
      ...scoredOnNotes(whole, sets.rows),
      ...thereNotes(whole),
      randomText(whole),
      completenessText(completeness.rows, whole),
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
  nodes: readonly MinimalityRow[],
  whole: CircuitRow,
  { membership }: CircuitTables,
): FindingTable["lines"] {
  const shares = sharesOfSamples(whole, membership.rows);
  const hasSamples = whole.ranking !== "greedy" && shares !== undefined;
  return nodes.map((row) => ({
    node: nodeText(cellsName(row)),
    drop: row.drop,
    "95 % interval": intervalText(row),
    simultaneous: intervalText({ low: row.simultaneous_low, high: row.simultaneous_high }),
    ...(hasSamples && { samples: shares.get(cellsName(row)) }),
    ...(row.drop_there !== undefined && { "drop there": row.drop_there }),
  }));
}

/** Where the circuit comes from. */
function howText(
  circuit: CircuitRow,
  membership: CircuitTables["membership"]["rows"],
): string {
  const { ranking, start } = circuit;
  if (ranking === "given") return "The circuit is that of --circuit";
  const { dropped, added } = changesOf(circuit, membership);
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
  const { sets, membership } = tables;
  const count = new Set(membership.rows.map(cellsName)).size;
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

function areasTable({ curve }: CircuitTables): FindingTable {
  const [cpr, cmd] = (["cpr", "cmd"] as const).map((area) =>
    curve.rows.filter(({ negation, measure }) => negation === "all" && measure === area)
  ) as [CurveRow[], CurveRow[]];
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
