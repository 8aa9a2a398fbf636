/** The circuit in short, for a terminal: its nodes, how faithful it is, what each node adds, and whether chance would do. */

import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { cellsName } from "../nodes/node.ts";
import { SHARE_ROUNDING } from "./faithfulness.ts";
import { LIMIT_NAME, MOST_CHANGES } from "./search/find.ts";
import { halfName } from "./search/halves.ts";
import { changesOf, isBeginning } from "./tables/changes.ts";
import { nearestSet } from "./tables/nearest.ts";
import type { CurveAreaRow } from "./tables/ranking_schemas.ts";
import type { CircuitRow } from "./tables/schemas.ts";
import type { CircuitTables } from "./tables/tables.ts";
import { completenessText, minimalText, nodesText, randomText } from "./test_texts.ts";

/** The most lines of a table. */
const MOST_LINES = 12;

/**
 * Says what was found: a circuit, what came nearest if there is none, or how faithful the given sets are.
 *
 * @param tables The tables.
 */
export function circuitFindings(tables: CircuitTables): string {
  const { circuit, curve, sets } = tables;
  if (sets.rows.length === 0) return "Circuit: no row is in the segments\n";
  if (circuit.rows.length > 0) return circuitText(tables) + areasText(tables);
  return curve.rows.length > 0 ? noneText(tables) + areasText(tables) : setsText(tables);
}

/** The circuit with its tests. */
function circuitText(
  { circuit, minimality, completeness, membership, sets }: CircuitTables,
): string {
  const [whole, ...sides] = circuit.rows as [CircuitRow, ...CircuitRow[]];
  const nodes = minimality.rows.filter(({ negation }) => negation === whole.negation);
  const count = new Set(membership.rows.map(cellsName)).size;
  const of = count > 0 ? ` of ${count}` : "";
  const missed = whole.faithfulness_there === undefined ? [] : [
    `In the run of the file${thereText(whole)}: ${
      estimateText(whole.faithfulness_there, { low: whole.low_there, high: whole.high_there })
    }`,
  ];
  const lines = [
    `Circuit of ${nodesText(whole.nodes)}${of}, ${howText(whole, membership.rows)}: ${
      nodes.map(cellsName).join(", ")
    }`,
    `Faithfulness ${
      estimateText(whole.faithfulness, whole)
    } over ${whole.n} rows (${whole.segment}); ${
      sides.map((row) => `${row.negation}-negated ${estimateText(row.faithfulness, row)}`).join(
        ", ",
      )
    }`,
    ...limitText(sets.rows, "more nodes might be left out"),
    ...rowsText(whole),
    ...notEnoughText([whole, ...sides]),
    ...(whole.low ?? 0) > 1 + SHARE_ROUNDING
      ? ["Above 1: the nodes outside of the circuit take away from d"]
      : [],
    ...scoredOnText(whole, sets.rows),
    ...missed,
  ];
  const shares = new Map(
    membership.rows.filter(({ ranking }) => ranking === whole.ranking).map((row) =>
      [cellsName(row), row.share_of_samples] as const
    ),
  );
  const hasSamples = whole.ranking !== "greedy" && isBeginning(whole, membership.rows);
  const byDrop = nodes.toSorted((a, b) => Math.abs(b.drop ?? 0) - Math.abs(a.drop ?? 0));
  const drops = byDrop.slice(0, MOST_LINES).map((row) => ({
    node: cellsName(row),
    drop: row.drop,
    "95 % interval": intervalText(row),
    simultaneous: intervalText({ low: row.simultaneous_low, high: row.simultaneous_high }),
    ...(hasSamples && { samples: shares.get(cellsName(row)) }),
    ...(row.drop_there !== undefined && { "drop there": row.drop_there }),
  }));
  const rest = byDrop.slice(MOST_LINES);
  const more = rest.length === 0 ? [] : [
    `and ${nodesText(rest.length)} whose drop is at most ${
      numberText(Math.abs(rest[0]!.drop ?? 0), 3)
    }`,
  ];
  return wrapped(lines) + linesTable(drops) +
    wrapped([
      ...more,
      minimalText(minimality.rows, circuit.rows),
      randomText(whole),
      completenessText(completeness.rows, whole),
    ]);
}

/** Where the circuit comes from. */
function howText(
  circuit: CircuitRow,
  membership: CircuitTables["membership"]["rows"],
): string {
  const { ranking, start } = circuit;
  if (ranking === "given") return "that of --circuit";
  const { dropped, added } = changesOf(circuit, membership);
  if (dropped.length + added.length === 0) {
    return `the shortest beginning of a ranking that is enough, here by ${ranking}`;
  }
  const parts = [
    ...dropped.length > 0 ? [`without ${dropped.join(", ")}`] : [],
    ...added.length > 0 ? [`with ${added.join(", ")}`] : [],
  ];
  return `the first ${nodesText(start!)} by ${ranking} ${parts.join(" and ")}`;
}

/** How the circuit does in single rows. */
function rowsText(
  { row_error, row_error_low: low, row_error_high: high, ...whole }: CircuitRow,
): string[] {
  if (row_error === undefined) return ["Unknown: d is no more than a rounding error in all rows"];
  return [
    `Row by row: the error, sum of |d_C - d| / sum of |d|, is ${
      estimateText(row_error, { low, high })
    }; d_C / d lies within 1 +/- 0.2 in ${
      numberText(whole.rows_near!, 3)
    } of the rows, its 5th to 95th percentile is ${numberText(whole.ratio_p5!, 3)} to ${
      numberText(whole.ratio_p95!, 3)
    }`,
  ];
}

/** On which rows a given circuit is not enough; one that was found is. */
function notEnoughText(rows: readonly CircuitRow[]): string[] {
  const sides = rows.filter(({ enough }) => enough === "no")
    .map(({ negation }) => negation === "all" ? "all rows" : `the ${negation}-negated rows`);
  return sides.length === 0 ? [] : [`Too far from 1 to be a circuit of ${sides.join(" and of ")}`];
}

/** On which rows the circuit is scored, and what is left of its faithfulness on rows that had no part in the choice. */
function scoredOnText(
  { ranking, scored_on, ...whole }: CircuitRow,
  sets: CircuitTables["sets"]["rows"],
): string[] {
  if (ranking === "given") return scored_on === "" ? [] : [GIVEN_ON[scored_on]];
  const chosen = ([1, 2] as const).flatMap((half) =>
    sets.find(({ negation, set }) => negation === "all" && set === halfName(half)) ?? []
  );
  const bounds = { low: whole.held_out_low, high: whole.held_out_high };
  return [
    "These are the rows that it was chosen on, which tends to make it too large",
    whole.held_out === undefined
      ? "Held out: unknown, since no circuit could be chosen on each half of the sentence pairs"
      : `Held out: ${
        estimateText(whole.held_out, bounds)
      }, with circuits that were chosen on one half of the sentence pairs (${
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

/** Whether the run of a file had the same model and rows. */
function thereText({ model_there: model, rows_there: rows }: CircuitRow): string {
  if (model === "" && rows === "") return ", which does not say its model and rows";
  return ` (${model || "unknown"} model, ${rows || "unknown"} rows)`;
}

function noneText({ sets, membership }: CircuitTables): string {
  const count = new Set(membership.rows.map(cellsName)).size;
  const [whole, ...sides] = nearestSet(sets.rows, count) ?? [];
  const nearest = whole === undefined
    ? ""
    : `; nearest to 1 comes "${whole.set}" (${nodesText(whole.nodes)}), with faithfulness ${
      [
        estimateText(whole.faithfulness, whole),
        ...sides.map((row) => `${row.negation}-negated ${estimateText(row.faithfulness, row)}`),
      ].join(", ")
    }`;
  return wrapped([
    `No circuit: no set of up to ${
      nodesText(Math.floor(count / 2))
    } of ${count} that the search has run is faithful enough over all rows and on each side${nearest}`,
    ...limitText(sets.rows, "more changes might lead nearer to 1"),
  ]);
}

/** Whether the search ended only because it makes no more changes. */
function limitText(sets: CircuitTables["sets"]["rows"], open: string): string[] {
  return sets.some(({ set }) => set === LIMIT_NAME)
    ? [`The search ended at its limit of ${MOST_CHANGES} changes of a node: ${open}`]
    : [];
}

function areasText({ areas }: CircuitTables): string {
  const rows: readonly CurveAreaRow[] = areas.rows.filter(({ negation }) => negation === "all");
  if (rows.length === 0) return "";
  return `Areas under the curves\n${
    linesTable(rows.map((row) => ({
      ranking: row.ranking,
      CPR: row.cpr,
      "95 % interval": intervalText({ low: row.cpr_low, high: row.cpr_high }),
      CMD: row.cmd,
      "its interval": intervalText({ low: row.cmd_low, high: row.cmd_high }),
    })))
  }`;
}

function setsText({ sets }: CircuitTables): string {
  const rows = sets.rows.filter(({ negation }) => negation === "all");
  const more = rows.length > MOST_LINES
    ? `and ${rows.length - MOST_LINES} more in circuit_sets.csv\n`
    : "";
  const bySet = Map.groupBy(sets.rows, ({ set }) => set);
  const sides = NEGATIONS.filter((side) => sets.rows.some(({ negation }) => negation === side));
  const ofSide = (set: string, side: Negation) =>
    bySet.get(set)!.find(({ negation }) => negation === side)?.faithfulness;
  return `Faithfulness of the sets over ${rows[0]!.n} rows (${
    rows[0]!.segment
  }), and on each negated side\n${
    linesTable(
      rows.slice(0, MOST_LINES).map((row) => ({
        set: row.set,
        nodes: row.nodes,
        faithfulness: row.faithfulness,
        "95 % interval": intervalText(row),
        ...Object.fromEntries(sides.map((side) => [side, ofSide(row.set, side)])),
        "row error": row.row_error,
      })),
    )
  }${more}`;
}

function wrapped(lines: readonly string[]): string {
  return lines.map((line) => `${wrapText(line)}\n`).join("");
}

function estimateText(
  estimate: number | undefined,
  bounds: { readonly low?: number | undefined; readonly high?: number | undefined },
): string {
  const interval = intervalText(bounds);
  return `${estimate === undefined ? "unknown" : numberText(estimate, 3)}${
    interval === "" ? "" : ` (${interval})`
  }`;
}
