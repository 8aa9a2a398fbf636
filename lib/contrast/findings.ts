/** What the contrast of two runs found: whether one is better, where they differ, in sentences and a map. */

import { heatMap } from "../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../charts/spec.ts";
import { groupsOf, roleLabel, roleOfLabel, rolesInOrder } from "../charts/texts.ts";
import { type AgreementRow, cellText } from "../compare/agreement.ts";
import type { Finding } from "../study/experiment/finding.ts";
import { excludesZero } from "../tables/estimates.ts";
import { estimateText, intervalText, numberText } from "../tables/text_table.ts";
import { ACCURATE, type ContrastRow, isCertain, mainCells } from "./tables.ts";

interface ContrastedRuns {
  readonly names: readonly [first: string, second: string];
  readonly about: readonly string[];
  readonly untold: readonly string[];
  readonly differing: readonly string[];
  readonly cells: readonly ContrastRow[];
  readonly agreement: readonly Pick<AgreementRow, "of" | "rho">[];
}

/** The columns of accuracies that are shown; contrast.csv has the others. */
const SCORES = ["accuracy", "mean_d", "gamma", "alpha", "value"];

const MOST_LINES = 10;

export function contrastFinding(runs: ContrastedRuns): Finding {
  const { about, differing, cells } = runs;
  const scores = cells.filter(({ table, quantity, other, first, second }) =>
    ACCURATE.includes(table) && SCORES.includes(quantity) && (first ?? second) !== undefined &&
    (table !== "blocks_summary" || isRight({ other }))
  );
  const isTested = scores.some(({ p_value }) => p_value !== undefined);
  const main = mainCells(cells);
  const column = main[0] === undefined ? "" : whereText(main);
  const isControlled = main.some(({ specific_in }) => specific_in !== undefined);
  const farthest = main.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return {
    sentences: [
      ...runs.untold,
      ...accuracySentences(scores, runs),
      ...understandingSentences(scores, runs),
      ...placeSentences(farthest, runs),
    ],
    tables: [
      {
        title: "Scores",
        lines: scores.slice(0, MOST_LINES).map((row) => ({
          quantity: isRight(row) ? RIGHT : row.quantity,
          rows: isRight(row) ? "blocks" : cellText(row),
          ...{ first: row.first, second: row.second, difference: row.difference },
          "95 % interval": intervalText(row),
          ...isTested && {
            "only one right": row.only_first === undefined
              ? ""
              : `${row.only_first}, ${row.only_second}`,
            "McNemar's p": row.p_value,
          },
        })),
      },
      {
        title: `The largest differences, by ${column}`,
        lines: farthest.slice(0, MOST_LINES).map((row) => ({
          at: placeText(row, main),
          ...{ first: row.first, second: row.second, difference: row.difference },
          "simultaneous 95 % interval": intervalText(boundsOf(row)),
          ...isControlled && { "beyond its control in": row.specific_in },
        })),
      },
    ],
    notes: [
      ...about.map((text, i) => `${i === 0 ? "first" : "second"}: ${text}`),
      differing.length === 0
        ? "The runs have the same options, data and model files"
        : `The runs differ in ${differing.join(", ")}`,
      "difference: the second run's value minus the first's",
      ...main.length === 0 ? [] : [
        "simultaneous: all intervals of the column hold at once; cells that the method fixes for every model are left out",
      ],
      ...isTested ? ["McNemar's p: of the rows that only one run has right, by cluster"] : [],
    ],
  };
}

/** What names all rows in a table of accuracies. */
function isOverall({ table, quantity, negation, other }: ContrastRow): boolean {
  return table === "summary"
    ? quantity === "accuracy" && negation === "all"
    : other === "all, all, accuracy";
}

function accuracySentences(scores: readonly ContrastRow[], { names }: ContrastedRuns): string[] {
  const row = scores.find(isOverall);
  if (row?.first === undefined || row.second === undefined) return [];
  const { first, second, difference } = row;
  if (!excludesZero(row)) {
    return [
      `Which of ${names[0]} and ${names[1]} is more accurate cannot be told: ${
        numberText(first, 3)
      } and ${numberText(second, 3)}, a difference of ${estimateText(difference, row)}`,
    ];
  }
  const [better, worse] = second > first ? [1, 0] as const : [0, 1] as const;
  const values = [first, second];
  const { low, high } = second > first ? row : { low: -row.high!, high: -row.low! };
  return [
    `${names[better]} is more accurate than ${names[worse]}: ${
      numberText(values[better]!, 3)
    } against ${numberText(values[worse]!, 3)}, a difference of ${
      estimateText(Math.abs(difference!), { low, high })
    }`,
  ];
}

const RIGHT = "right in both pictures";

function isRight({ other }: Pick<ContrastRow, "other">): boolean {
  return other === "sentences_right";
}

/** What becomes of gamma, alpha and the share right in both pictures. */
function understandingSentences(
  scores: readonly ContrastRow[],
  { names: [first, second] }: ContrastedRuns,
): string[] {
  return scores.flatMap((row) => {
    const { quantity, difference } = row;
    const isOfBoth = quantity === "gamma" || quantity === "alpha";
    if (difference === undefined || !isOfBoth && !isRight(row)) return [];
    const what = isOfBoth ? quantity : `the share of blocks ${RIGHT}`;
    return [`From ${first} to ${second}, ${what} changes by ${estimateText(difference, row)}`];
  });
}

/** Where the runs differ most, and whether the other parts are in the same order. */
function placeSentences(
  farthest: readonly ContrastRow[],
  { names: [first, second], agreement }: ContrastedRuns,
): string[] {
  const [most] = farthest;
  if (most === undefined) return [];
  const by = `By ${whereText(farthest)},`;
  const certain = farthest.filter(isCertain);
  const [largest] = certain;
  const others = certain.length - 1;
  const also = others === 0
    ? ""
    : `, and for certain at ${others} more of ${farthest.length} cells`;
  const { rho } = agreement.find(({ of }) => of === columnText(most))!;
  return [
    most.simultaneous_low === undefined && largest === undefined
      ? `${by} ${second} differs most from ${first} at ${placeText(most, farthest)}: ${
        numberText(most.difference!, 3)
      }, without an interval that holds for all cells at once`
      : largest === undefined
      ? `${by} no cell certainly differs between ${first} and ${second}`
      : `${by} ${second} differs most from ${first} at ${placeText(largest, farthest)}: ${
        estimateText(largest.difference, boundsOf(largest))
      }${also}`,
    ...rho === undefined ? [] : [
      `Spearman's rho of both maps is ${numberText(rho, 3)} over ${farthest.length} cells`,
    ],
  ];
}

/** What all of several cells have in common, which is said once. */
function sharedBy(cells: readonly ContrastRow[]) {
  const shared = (name: "segment" | "other") =>
    cells.length > 1 && cells.every((cell) => cell[name] === cells[0]![name])
      ? cells[0]![name]
      : undefined;
  return { segment: shared("segment"), other: shared("other") };
}

/** A cell without what all of them have in common. */
function placeText(row: ContrastRow, cells: readonly ContrastRow[]): string {
  const { segment, other } = sharedBy(cells);
  return cellText({
    ...row,
    segment: [segment, "all"].includes(row.segment) ? undefined : row.segment,
    other: row.other === other ? undefined : row.other,
  });
}

/** A column, with what all of its cells have in common. */
function whereText(cells: readonly ContrastRow[]): string {
  const { segment, other } = sharedBy(cells);
  const shared = [segment === "all" ? undefined : segment, other].filter((word) => word);
  return `${columnText(cells[0]!)}${shared.length === 0 ? "" : ` (${shared.join(", ")})`}`;
}

function columnText({ table, quantity }: ContrastRow): string {
  return `${quantity} of ${table}.csv`;
}

function boundsOf({ simultaneous_low: low, simultaneous_high: high }: ContrastRow) {
  return { low, high };
}

function sizeOf({ difference }: ContrastRow): number {
  return Math.abs(difference!);
}

const MOST_MAPS = 6;

export function differenceMap(
  cells: readonly ContrastRow[],
  { names: [first, second], ...options }: ChartOptions & {
    readonly names: readonly [first: string, second: string];
  },
): ChartSpec {
  const { quantity, table } = cells[0]!;
  const hasHeads = cells.some(({ head }) => head !== undefined);
  const panels = groupsOf(
    cells,
    ({ negation, other }) => JSON.stringify([negation, hasHeads ? "" : other]),
  ).slice(0, MOST_MAPS);
  return heatMap(panels.flat(), {
    ...options,
    title: `Where ${second} differs from ${first}`,
    about:
      `${quantity} of ${table}.csv, ${second} less ${first}; intervals hold for all cells at once`,
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
