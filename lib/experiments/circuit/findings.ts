/** The circuit in short, for a terminal: its nodes, how faithful it is, what each node adds, and whether chance would do. */

import { FEWEST_CLUSTERS } from "../../stats/effective_clusters.ts";
import { intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { cellsName } from "../nodes/node.ts";
import { halfName } from "./search/halves.ts";
import type { CircuitRow, CurveAreaRow, MinimalityRow } from "./tables/schemas.ts";
import type { CircuitTables } from "./tables/tables.ts";

/** A share of d above 1 by less is a rounding error of float32. */
const ROUNDING = 1e-3;

/** The most lines of a table. */
const MOST_LINES = 12;

/**
 * Says what was found: a circuit, that no small one is enough, or how faithful the given sets are.
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
  const how = whole.ranking === "given"
    ? "that of --circuit"
    : `the shortest beginning of a ranking that is enough, here by ${whole.ranking}`;
  const missed = whole.faithfulness_there === undefined ? [] : [
    `In the run of the file${thereText(whole)}: ${
      estimateText(whole.faithfulness_there, { low: whole.low_there, high: whole.high_there })
    }`,
  ];
  const lines = [
    `Circuit of ${nodesText(whole.nodes)}${of}, ${how}: ${nodes.map(cellsName).join(", ")}`,
    `Faithfulness ${
      estimateText(whole.faithfulness, whole)
    } over ${whole.n} rows (${whole.segment}); ${
      sides.map((row) => `${row.negation}-negated ${estimateText(row.faithfulness, row)}`).join(
        ", ",
      )
    }`,
    ...whole.faithfulness === undefined
      ? ["Unknown where the sum of d, by which faithfulness is divided, may be 0"]
      : [],
    ...(whole.low ?? 0) > 1 + ROUNDING
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
  const byDrop = nodes.toSorted((a, b) => (b.drop ?? 0) - (a.drop ?? 0));
  const drops = byDrop.slice(0, MOST_LINES).map((row) => ({
    node: cellsName(row),
    drop: row.drop,
    "95 % interval": intervalText(row),
    simultaneous: intervalText({ low: row.simultaneous_low, high: row.simultaneous_high }),
    ...(whole.ranking !== "given" && whole.ranking !== "greedy" &&
      { samples: shares.get(cellsName(row)) }),
    ...(row.drop_there !== undefined && { "drop there": row.drop_there }),
  }));
  const rest = byDrop.slice(MOST_LINES);
  const more = rest.length === 0
    ? []
    : [`and ${nodesText(rest.length)} whose drop is at most ${numberText(rest[0]!.drop ?? 0, 3)}`];
  return wrapped(lines) + linesTable(drops) +
    wrapped([
      ...more,
      minimalText(nodes),
      randomText(whole),
      completenessText(completeness.rows, whole),
    ]);
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

/** Whether each node is needed, by intervals that hold for all of them at once. */
function minimalText(nodes: readonly MinimalityRow[]): string {
  const tested = nodes.filter(({ simultaneous_low: low }) => low !== undefined);
  if (tested.length === 0) {
    return `No drop is tested: fewer than ${FEWEST_CLUSTERS} effective clusters of rows`;
  }
  const needed = tested.filter(({ simultaneous_low: low }) => low! > 0).length;
  if (needed === nodes.length) {
    return "Minimal: every drop is above 0, by simultaneous intervals";
  }
  const below = tested.filter(({ simultaneous_high: high }) => high! < 0).length;
  const unknown = nodes.length - needed - below;
  const parts = [
    ...unknown > 0 ? [`${countText(unknown, "drop")} cannot be told from 0`] : [],
    ...below > 0 ? [`${countText(below, "drop")} ${below === 1 ? "is" : "are"} below 0`] : [],
  ];
  const needs = `${needed} of ${nodes.length} nodes ${needed === 1 ? "is" : "are"} needed`;
  return `Not shown to be minimal: by simultaneous intervals ${needs}, ${parts.join(" and ")}`;
}

function randomText({ random, random_reaching, random_mean }: CircuitRow): string {
  if (random === 0) {
    return "Random circuits: none, since no other circuit has as many heads in each block and the same MLPs";
  }
  return random_mean === undefined
    ? "Random circuits: unknown"
    : `Random circuits: ${random_reaching} of ${random} are as faithful, on average ${
      numberText(random_mean, 3)
    }`;
}

function completenessText(
  rows: CircuitTables["completeness"]["rows"],
  { negation }: CircuitRow,
): string {
  const own = rows.filter((row) => row.negation === negation);
  const known = own.flatMap((row) => row.difference === undefined ? [] : [row]);
  if (known.length === 0) return "Completeness: unknown";
  const mean = known.reduce((sum, { difference }) => sum + Math.abs(difference!), 0) / known.length;
  const largest = known.reduce((most, row) =>
    Math.abs(row.difference!) > Math.abs(most.difference!) ? row : most
  );
  return `Completeness: without the same ${
    countText(known.length, "random part")
  } of the circuit, the faithfulness of the whole model and of the circuit differ by ${
    numberText(mean, 3)
  } on average and by ${numberText(Math.abs(largest.difference!), 3)} at most (${
    nodesText(largest.nodes)
  } taken out: model ${numberText(largest.model!, 3)}, circuit ${numberText(largest.circuit!, 3)})`;
}

function noneText({ curve, membership }: CircuitTables): string {
  const count = new Set(membership.rows.map(cellsName)).size;
  const best = curve.rows.filter(({ negation, nodes }) => negation === "all" && nodes <= count / 2)
    .reduce((most, row) => (row.faithfulness ?? 0) > (most.faithfulness ?? 0) ? row : most);
  return wrapped([
    `No circuit: no beginning of a ranking with up to ${
      nodesText(Math.floor(count / 2))
    } of ${count} is faithful enough; the best point of the curves is the first ${
      nodesText(best.nodes)
    } by ${best.ranking}, with faithfulness ${estimateText(best.faithfulness, best)}`,
  ]);
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
  return `Faithfulness of the sets over ${rows[0]!.n} rows (${rows[0]!.segment})\n${
    linesTable(
      rows.slice(0, MOST_LINES).map((row) => ({
        set: row.set,
        nodes: row.nodes,
        faithfulness: row.faithfulness,
        "95 % interval": intervalText(row),
      })),
    )
  }${more}`;
}

function wrapped(lines: readonly string[]): string {
  return lines.map((line) => `${wrapText(line)}\n`).join("");
}

function nodesText(count: number): string {
  return countText(count, "node");
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
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
