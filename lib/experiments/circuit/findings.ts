/** The circuit in short, for a terminal: its nodes, how faithful it is, what each node adds, and whether chance would do. */

import { intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import type { Word } from "../../tables/words.ts";
import { cellsName } from "./node_sets.ts";
import type { CircuitRow, CurveAreaRow, MinimalityRow } from "./tables/schemas.ts";
import type { CircuitTables } from "./tables/tables.ts";

/** The most lines of a table. */
const MOST_LINES = 12;

/** What the words of the findings and the options mean. */
export const CIRCUIT_WORDS: readonly Word[] = [
  {
    word: "circuit",
    means:
      "nodes that together are enough: all other nodes have their values of the affirmative run, at all positions",
  },
  {
    word: "node",
    also: ["nodes"],
    means: "a head (layer.head, counted from 1) or a block's MLP, at all positions",
  },
  {
    word: "faithfulness",
    also: ["faithful"],
    means:
      "what the nodes bring about of d, a ratio of sums over rows: 0 for no node, 1 for all; it may be above 1 or below 0",
  },
  {
    word: "denoise",
    means:
      "ranks nodes by what each brings about alone: its values of the negated run in the affirmative one",
  },
  {
    word: "noise",
    means:
      "ranks nodes by what is lost without each: its values of the affirmative run in the negated one",
  },
  {
    word: "direct",
    means:
      "ranks nodes by what each writes into the end token's embedding itself, past all later blocks",
  },
  {
    word: "greedy",
    means:
      "adds the node that raises faithfulness most, one after the other; it cannot see that two nodes act only together",
  },
  {
    word: "drop",
    means:
      "faithfulness of the circuit minus that without the node; near 0 if the others do without it, below 0 if they do better",
  },
  {
    word: "samples",
    means:
      "in how many bootstrap samples the node is among as many first nodes of the circuit's ranking",
  },
  {
    word: "random circuits",
    means: "circuits with as many heads in each block and the same MLPs, drawn with the seed",
  },
  {
    word: "CPR",
    means: "area under the faithfulness over the share of nodes kept (MIB): more is better",
  },
  {
    word: "CMD",
    means: "area under |1 - faithfulness|: less is better",
  },
];

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
function circuitText({ circuit, minimality, completeness, membership }: CircuitTables): string {
  const [whole, ...sides] = circuit.rows as [CircuitRow, ...CircuitRow[]];
  const nodes = minimality.rows.filter(({ negation }) => negation === whole.negation);
  const count = new Set(membership.rows.map(cellsName)).size;
  const of = count > 0 ? ` of ${count}` : "";
  const how = whole.ranking === "given"
    ? "that of --circuit"
    : `the shortest beginning of a ranking that is enough, here by ${whole.ranking}`;
  const missed = whole.faithfulness_there === undefined ? [] : [
    `In the run that found it: ${
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
    ...(whole.low ?? 0) > 1 ? ["Above 1: the nodes outside of the circuit take away from d"] : [],
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
      idleText(nodes),
      randomText(whole),
      completenessText(completeness.rows, whole),
    ]);
}

/** The nodes without which the circuit is as faithful. */
function idleText(nodes: readonly MinimalityRow[]): string {
  const tested = nodes.filter(({ low }) => low !== undefined);
  if (tested.length === 0) return "No drop is tested: fewer than six effective clusters of rows";
  const idle = tested.filter(({ low }) => low! <= 0);
  return idle.length === 0
    ? "Minimal: without any one node the circuit is less faithful"
    : `Not minimal: it is no less faithful without ${idle.length} of its nodes, one at a time`;
}

function randomText({ random, random_reaching, random_mean }: CircuitRow): string {
  return random === 0
    ? "Random circuits: none, since no other circuit has as many heads in each block and the same MLPs"
    : `Random circuits: ${random_reaching} of ${random} are as faithful, on average ${
      numberText(random_mean!, 3)
    }`;
}

function completenessText(
  rows: CircuitTables["completeness"]["rows"],
  { negation }: CircuitRow,
): string {
  const own = rows.filter((row) => row.negation === negation);
  const mean = own.reduce((sum, { difference }) => sum + (difference ?? 0), 0) / own.length;
  return `Completeness: without the same ${own.length} random parts of the circuit, the whole model is on average ${
    numberText(Math.abs(mean), 3)
  } ${mean >= 0 ? "more" : "less"} faithful than the circuit`;
}

function noneText({ curve, membership }: CircuitTables): string {
  const count = new Set(membership.rows.map(cellsName)).size;
  const best = curve.rows.filter(({ negation, nodes }) => negation === "all" && nodes <= count / 2)
    .reduce((most, row) => (row.faithfulness ?? 0) > (most.faithfulness ?? 0) ? row : most);
  return wrapped([
    `No circuit: no beginning of a ranking with up to ${
      nodesText(Math.floor(count / 2))
    } of ${count} is faithful enough; of the curve's, the first ${
      nodesText(best.nodes)
    } by ${best.ranking} have faithfulness ${estimateText(best.faithfulness, best)}`,
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
  return `${count} node${count === 1 ? "" : "s"}`;
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
