/** What the contrast of two runs found: whether one is better, where they differ, in sentences and a map. */

import { heatMap } from "../../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { groupsOf, roleLabel, roleOfLabel, rolesInOrder } from "../../charts/texts.ts";
import { type AgreementRow, cellText } from "../compare/agreement.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { excludesZero } from "../../tables/estimates.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { MOST_NAMES } from "../../tables/words.ts";
import { ACCURATE, type ContrastRow, isCertain, mainCells } from "./tables.ts";

interface ContrastedRuns {
  readonly names: readonly [first: string, second: string];
  readonly about: readonly string[];
  readonly untold: readonly string[];
  readonly differing: readonly string[];
  /** The tower that both runs have alike, as far as their files tell. */
  readonly sharedTower?: "text" | "image" | undefined;
  readonly cells: readonly ContrastRow[];
  readonly agreement: readonly Pick<AgreementRow, "of" | "rho">[];
  /** How many rows, or questions of a benchmark, both runs have. */
  readonly rows: number;
}

/** The columns of accuracies that are shown; contrast.csv has the others. */
const SCORES = ["accuracy", "mean_d", "gamma", "alpha", "value"];

const MOST_LINES = 10;

export function contrastFinding(runs: ContrastedRuns): Finding {
  const { about, differing, cells, names } = runs;
  const scores = cells.filter(({ table, quantity, other, first, second }) =>
    ACCURATE.includes(table) && SCORES.includes(quantity) && (first ?? second) !== undefined &&
    (table !== "blocks_summary" || isRight({ other }))
  );
  const main = mainCells(cells);
  const shared = sharedBy(main);
  const isControlled = main.some(({ specific_in }) => specific_in !== undefined);
  const farthest = main.toSorted((a, b) => Math.abs(b.difference!) - Math.abs(a.difference!));
  const lineOf = ({ first, second, difference }: ContrastRow) => (
    { [shortName(names[0])]: first, [shortName(names[1])]: second, difference }
  );
  return {
    sentences: [
      ...runs.untold,
      ...accuracySentences(scores, runs),
      ...understandingSentences(scores, runs),
      ...placeSentences(farthest, runs),
    ],
    tables: [
      {
        title: `The largest differences in ${main[0] === undefined ? "" : quantityText(main[0])}${
          shared.length === 0 ? "" : ` (${shared.join(", ")})`
        }`,
        lines: farthest.slice(0, MOST_LINES).map((row) => ({
          at: placeText(row, shared),
          ...lineOf(row),
          "simultaneous interval": intervalText({
            low: row.simultaneous_low,
            high: row.simultaneous_high,
          }),
          "95 % interval": row.simultaneous_low === undefined ? intervalText(row) : "",
          ...isControlled && { "beyond its control in": row.specific_in },
        })),
      },
      {
        title: "Scores",
        lines: scores.slice(0, MOST_LINES).map((row) => ({
          ...scoreText(row),
          ...lineOf(row),
          "95 % interval": intervalText(row),
          ...row.only_first !== undefined && {
            "only one right": `${row.only_first}, ${row.only_second}`,
            "p, by clusters": row.p_value,
          },
        })),
      },
    ],
    notes: [
      ...about,
      differing.length === 0
        ? "The runs have the same options, data and model files"
        : `The runs differ in ${differing.join(", ")}`,
      `difference: ${minus(names)}; cells that the method fixes for every model are left out`,
    ],
  };
}

/** What a score is, and of which rows. */
function scoreText(row: ContrastRow): { readonly score: string; readonly rows: string } {
  if (isRight(row)) return { score: RIGHT, rows: "blocks" };
  if (row.quantity !== "value") return { score: row.quantity, rows: cellText(row) };
  const [by, group, measure] = row.other!.split(", ");
  return { score: measure!, rows: by === "all" ? "all rows" : `${by}: ${group}` };
}

/** A model's name for the head of a column. */
function shortName(name: string): string {
  return name.split("/").at(-1)!.replace(/^.* with (random weights) \(seed (\d+)\)$/, "$1 $2");
}

/** What names all rows in a table of accuracies. */
function isOverall({ table, quantity, negation, other }: ContrastRow): boolean {
  return table === "summary"
    ? quantity === "accuracy" && negation === "all"
    : other === "all, all, accuracy";
}

/** Which is better, by how much, and which tower brings it where the other is the same. */
function accuracySentences(
  scores: readonly ContrastRow[],
  { names, rows, sharedTower }: ContrastedRuns,
): string[] {
  const row = scores.find(isOverall);
  if (row?.first === undefined || row.second === undefined) return [];
  const { first, second, difference, low, high } = row;
  const [better, worse] = second > first ? names.toReversed() : names;
  const shares = [first, second].toSorted((a, b) => b - a).map((share) => numberText(share, 2));
  if (low === 0 && high === 0) {
    return [`${names[0]} and ${names[1]} are right in the same ${shares[0]} of ${rows} rows`];
  }
  const isSure = excludesZero(row);
  const interval = low === undefined
    ? ", without an interval"
    : ` (95 % interval ${intervalText(row, 2)})`;
  const other = sharedTower === "text" ? "image" : "text";
  return [
    isSure
      ? `${better} is better than ${worse}: right in ${shares[0]} of ${rows} rows, against ${
        shares[1]
      }`
      : `Which of ${names[0]} and ${names[1]} is better cannot be told: ${better} is right in ${
        shares[0]
      } of ${rows} rows, ${worse} in ${shares[1]}`,
    `The difference on the same rows, ${minus(names)}, is ${numberText(difference!, 2)}${interval}`,
    ...isSure && sharedTower !== undefined
      ? [`The ${other} tower alone brings it: both have the same ${sharedTower} tower`]
      : [],
  ];
}

/** What every difference is, in words. */
function minus([first, second]: ContrastedRuns["names"]): string {
  return `${second} minus ${first}`;
}

const RIGHT = "right in both";

function isRight({ other }: Pick<ContrastRow, "other">): boolean {
  return other === "sentences_right";
}

/** What both understand, and to which sentence both lean. */
function understandingSentences(
  scores: readonly ContrastRow[],
  { names }: ContrastedRuns,
): string[] {
  const [one, other] = names;
  return scores.flatMap((row) => {
    const { quantity, first, second, difference } = row;
    const called = { gamma: "Understanding (gamma)", alpha: "Bias (alpha)" }[quantity];
    if (difference === undefined || called === undefined) return [];
    const by = estimateText(difference, row, 2);
    return [
      `${called} is ${numberText(first!, 2)} logits in ${one} and ${
        numberText(second!, 2)
      } in ${other}; ${minus(names)} is ${by}${excludesZero(row) ? "" : ", and not certain"}`,
    ];
  });
}

/** Where the runs differ most, and whether the other parts are in the same order. */
function placeSentences(
  farthest: readonly ContrastRow[],
  { names: [first, second], agreement }: ContrastedRuns,
): string[] {
  const [most] = farthest;
  if (most === undefined) return [];
  const certain = farthest.filter(isCertain);
  const isTested = farthest.some(({ simultaneous_low }) => simultaneous_low !== undefined);
  const [largest = most, own] = [certain[0], intervalText(most, 2)];
  const others = certain.slice(1, 1 + MOST_NAMES).map(sayPlace);
  const { rho } = agreement.find(({ of }) => of === columnText(most))!;
  return [
    isTested && certain.length === 0
      ? `In ${quantityText(most)}, no place certainly differs between ${first} and ${second}`
      : `In ${quantityText(most)}, they differ most ${sayPlace(largest)}: ${
        numberText(largest.first!, 2)
      } in ${first}, ${numberText(largest.second!, 2)} in ${second}`,
    ...isTested ? [] : [
      own === ""
        ? "This difference has no interval, so that it may be chance"
        : `The 95 % interval of this place alone is ${own}; the largest of many may be chance`,
    ],
    ...others.length === 0 ? [] : [`The next certain differences are ${others.join("; ")}`],
    ...rho === undefined
      ? []
      : [`Both maps have the same order to Spearman's rho ${numberText(rho, 2)}`],
  ];
}

/** What all of several cells have in common besides all rows, which is said once. */
function sharedBy(cells: readonly ContrastRow[]): string[] {
  return (["segment", "other"] as const).flatMap((name) => {
    const word = cells[0]?.[name];
    const isShared = cells.length > 1 && cells.every((cell) => cell[name] === word);
    return isShared && word !== undefined && word !== "all" ? [word] : [];
  });
}

/** A cell without what all of them have in common. */
function placeText(row: ContrastRow, shared: readonly string[]): string {
  const own = (word = "all") => word === "all" || shared.includes(word) ? undefined : word;
  return cellText({ ...row, segment: own(row.segment), other: own(row.other) });
}

/** A cell in a sentence, such as `in head 4.2 where the foil is negated`. */
function sayPlace({ negation, layer, head, role, other }: ContrastRow): string {
  const isSide = negation === "foil" || negation === "caption";
  const part = head === undefined
    ? layer === undefined ? other : `layer ${layer}`
    : `head ${layer}.${head}`;
  const at = role === undefined ? "" : ` at ${roleLabel(role)}`;
  return `in ${part}${at}${isSide ? ` where the ${negation} is negated` : ""}`;
}

function columnText({ table, quantity }: ContrastRow): string {
  return `${quantity} of ${table}.csv`;
}

const QUANTITIES: Readonly<Record<string, string>> = {
  above_baseline: "how much more heads look at the negator",
  cte: "the effect of causal tracing",
  mean_effect: "mean effect on d (logits)",
  share: "share of d",
};

function quantityText(cell: ContrastRow): string {
  return QUANTITIES[cell.quantity] ?? columnText(cell);
}

const MOST_MAPS = 6;

export function differenceMap(
  cells: readonly ContrastRow[],
  { names, ...options }: ChartOptions & Pick<ContrastedRuns, "names">,
): ChartSpec {
  const { quantity, table } = cells[0]!;
  const [first, second] = names;
  const hasHeads = cells.some(({ head }) => head !== undefined);
  const panels = groupsOf(
    cells,
    ({ negation, other }) => JSON.stringify([negation, hasHeads ? "" : other]),
  ).slice(0, MOST_MAPS);
  return heatMap(panels.flat(), {
    ...options,
    title: `Where ${second} differs from ${first}`,
    about: `${quantity} of ${table}.csv, ${minus(names)}; intervals hold for all cells at once`,
    panels: () =>
      panels.map((rows) => {
        const { negation, segment, other } = rows[0]!;
        const words = [negation && `${negation}-negated`, segment, hasHeads ? undefined : other];
        return { title: words.filter((word) => word !== undefined).join(", "), rows };
      }),
    x: "layer",
    y: {
      field: "part",
      of: ({ head, role, other }) => hasHeads ? partName(head, other) : roleLabel(role ?? ""),
      order: (names) => rolesInOrder(names.map(roleOfLabel)).map(roleLabel),
    },
    value: { field: "difference", low: "simultaneous_low", high: "simultaneous_high" },
    name: cellText,
  });
}

function partName(head: number | undefined, other = "mlp"): string {
  if (head !== undefined) return `${head}`;
  return other === "mlp" ? "MLP" : other.replaceAll("_", " ");
}
