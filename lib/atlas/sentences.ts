/** The three sentences of an atlas: how well the model tells negation, where that is, and what of it is not shown. */

import { namesText, untestedText, whereNegated } from "../experiments/top_shares.ts";
import type { Negation } from "../data/pairs.ts";
import { CIRCUIT_TABLE } from "../experiments/circuit/tables/circuit_table.ts";
import { estimateIn, type EstimateInRow } from "../study/controls/read_estimate.ts";
import { SUMMARY, type SummaryRow } from "../study/evaluate/summary.ts";
import { verdictOf } from "../study/evaluate/verdict.ts";
import type { CsvRow } from "../tables/csv_row.ts";
import { excludesZero } from "../tables/estimates.ts";
import { chainOf, shareOf, wayText, writersText } from "./chain.ts";
import { namingsOf } from "./disagreements.ts";
import { type MethodName, METHODS, partText } from "./methods.ts";
import type { Atlas, AtlasPart } from "./read_atlas.ts";
import { bracketedIn2, estimateIn2, twoDigits } from "./two_digits.ts";

/** What each sentence says, without full stops. */
export type Sentences = readonly [tells: string, where: string, left: string];

export function sentencesOf(atlas: Atlas, model: string): Sentences {
  return [tellsText(atlas.scores, model), whereText(atlas), leftText(atlas)];
}

/** Whether the model tells negation. */
function tellsText(scores: readonly CsvRow[], model: string): string {
  const numbers = Object.keys(SUMMARY.columns).filter((name) => name !== "negation");
  const rows = scores.map((row) => {
    const cells = numbers.map((name) => [name, row.has(name) ? row.number(name) : undefined]);
    return { negation: row.text("negation"), ...Object.fromEntries(cells) } as SummaryRow;
  });
  return verdictOf(rows, model)?.sentences.join(". ") ?? `${model} was not scored`;
}

/** In how many parts, and on each side by which chain of them. */
function whereText(atlas: Atlas): string {
  const ways = [...Map.groupBy(atlas.parts, ({ negation }) => negation)]
    .map(([negation, parts]) => ({ negation, way: sideText(atlas, negation, parts) }));
  const isSame = ways.length > 1 && ways.every(({ way }) => way === ways[0]!.way);
  const sides = isSame
    ? [`on both sides, ${ways[0]!.way}`]
    : ways.map(({ negation, way }) => `${whereNegated({ negation }).toLowerCase()}, ${way}`);
  return [circuitText(atlas), ...sides].join("; ");
}

/** The most parts of a circuit that the sentence names. */
const MOST_MEMBERS = 4;

function circuitText({ circuit, isSearched, parts }: Atlas): string {
  const row = wholeOf(circuit);
  if (!isSearched) return "No circuit was searched";
  if (row === undefined) return "No small set of parts was found that is enough for d";
  const [side] = Map.groupBy(parts, ({ negation }) => negation).values();
  const members = side!.filter(({ inCircuit }) => inCircuit);
  const { value, ...bounds } = faithfulnessIn(row);
  const share = estimateIn2(value, bounds);
  const names = members.length > MOST_MEMBERS
    ? ""
    : `: ${members.map(({ node }) => partText(node)).join(", ")}`;
  return `${members.length} of ${side!.length} parts ${
    members.length === 1 ? "brings" : "bring"
  } about ${share} of d${names}`;
}

function faithfulnessIn(row: CsvRow): EstimateInRow {
  return estimateIn(row, "faithfulness", CIRCUIT_TABLE.columns.faithfulness.estimate);
}

function wholeOf(circuit: readonly CsvRow[]): CsvRow | undefined {
  return circuit.find((row) => row.text("negation") === "all");
}

/** The most words about a side, behind the five that say which it is. */
const MOST_WORDS = 55;

/** The chain of a side with as many names as there is room for. */
export function sideText(
  { paths }: Pick<Atlas, "paths">,
  negation: Negation,
  parts: readonly AtlasPart[],
): string {
  const chain = chainOf(paths.filter((path) => path.negation === negation), parts);
  const { stages, toScore, beside, against } = chain;
  const hasWay = stages.length > 0 && toScore.length > 0;
  const rest = [
    ...hasWay && beside.length > 0
      ? [`${writersText(beside)} ${beside.length === 1 ? "writes" : "write"} it too, ${UNREAD}`]
      : [],
    ...against.length > 0
      ? [`${writersText(against)} ${against.length === 1 ? "takes" : "take"} away from it`]
      : [],
  ].map((text) => `, while ${text}`).join("").replace(/(, while .*), while /, "$1, and ");
  if (hasWay) {
    const ways = [3, 2, 1, 0].map((most) => `it goes ${wayText(chain, most)}${rest}`);
    return ways.find((way) => way.match(/\S*[\p{L}\d]\S*/gu)!.length <= MOST_WORDS) ?? ways.at(-1)!;
  }
  if (beside.length > 0) {
    return `it is written into the score by ${writersText(beside, shareOf)}, ${UNREAD}${rest}`;
  }
  const [largest] = namedBy(parts, "total");
  return `nothing certainly writes it into the score${
    largest === undefined ? "" : `, and the largest total effect is that of ${largest}`
  }${rest}`;
}

const UNREAD = "which no path by queries, keys or values alone reaches";

/** The parts that a method names, the largest first, with their intervals. */
function namedBy(parts: readonly AtlasPart[], name: MethodName): string[] {
  return parts.filter((part) => namingsOf(part).named.includes(name))
    .map(({ node, values }) => ({ node, value: values.get(name)! }))
    .toSorted((a, b) => Math.abs(b.value.value!) - Math.abs(a.value.value!))
    .map(({ node, value: { value, simultaneousLow: low, simultaneousHigh: high } }) =>
      `${partText(node)} ${bracketedIn2(value, { low, high })}`
    );
}

/** What of it the controls show too, and what is not explained. */
function leftText(atlas: Atlas): string {
  return [controlsText(atlas), explainedText(atlas)].join("; ");
}

function controlsText({ parts }: Atlas): string {
  const named = parts.filter((part) => namingsOf(part).named.length > 0);
  if (named.length === 0) {
    return parts.some(isTested)
      ? "No part is specific: none is named by any method"
      : untestedText("part").replace("no", "No");
  }
  const known = named.flatMap((part) => {
    const by = controlledBy(part);
    return by.length === 0 ? [] : [{ part, by, isSpecific: isSpecific(part)! }];
  });
  if (known.length === 0) {
    return "No control was run of what names a part (--control), so that no part is known to be specific";
  }
  const labels = METHODS.filter(({ name }) => known.some(({ by }) => by.includes(name)))
    .map(({ label }) => label);
  const controls = new Set(
    parts.flatMap(({ values }) =>
      [...values.values()].flatMap(({ control }) => control?.control ?? [])
    ),
  );
  const sides = [...Map.groupBy(known, ({ part }) => part.negation)].map(([negation, side]) => {
    const specific = side.filter(({ isSpecific }) => isSpecific);
    return {
      where: `where the ${negation} is negated`,
      all: side.length,
      names: namesText(specific.map(({ part }) => partText(part.node))) || "none",
    };
  });
  const [beyond, by] = [
    `beyond the control ${listText([...controls], "or")}`,
    listText(labels, "or"),
  ];
  const specific = known.filter(({ isSpecific }) => isSpecific).length;
  return specific > 0
    ? `Of the parts named by ${by}, ${
      sidesText(sides.map(({ names, all, where }) => ({ what: `${names} (of ${all})`, where })))
    } ${specific === 1 ? "lies" : "lie"} ${beyond}`
    : `No part is specific: none of the parts named by ${by} (${
      sidesText(sides.map(({ all, where }) => ({ what: `${all}`, where })))
    }) lies ${beyond}`;
}

/** What is said of each side, once if it is the same of both. */
function sidesText(sides: readonly { readonly what: string; readonly where: string }[]): string {
  const [first] = sides;
  return sides.length > 1 && sides.every(({ what }) => what === first!.what)
    ? `${first!.what} on both sides`
    : listText(sides.map(({ what, where }) => `${what} ${where}`));
}

/** Whether a method tells a value of the part from 0. */
function isTested({ values }: AtlasPart): boolean {
  return [...values.values()].some(({ low }) => low !== undefined);
}

function listText(names: readonly string[], and = "and"): string {
  return names.length < 2
    ? names.join()
    : `${names.slice(0, -1).join(", ")} ${and} ${names.at(-1)}`;
}

/** Whether a part lies beyond its controls by a method that names it; undefined if none that does has controls. */
export function isSpecific(part: AtlasPart): boolean | undefined {
  const by = controlledBy(part);
  return by.length === 0
    ? undefined
    : by.some((name) => part.values.get(name)!.control!.isSpecific === true);
}

function controlledBy(part: AtlasPart): MethodName[] {
  const { named } = namingsOf(part);
  return [...part.values].flatMap(([name, { control }]) =>
    control !== undefined && named.includes(name) ? [name] : []
  );
}

function explainedText({ circuit }: Atlas): string {
  const row = wholeOf(circuit);
  const { row_error } = CIRCUIT_TABLE.columns;
  const found = row && faithfulnessIn(row);
  if (row === undefined || found?.value === undefined) {
    return "how much of d is not explained is not known without a circuit";
  }
  const [left, error] = [leftBy(found), estimateIn(row, "row_error", row_error.estimate)];
  if (twoDigits(left.value) === 0 && twoDigits(error.value) === 0) {
    return "the circuit leaves nothing of d unexplained";
  }
  const { control } = found;
  const controlLeft = control && leftBy(control);
  return `the circuit leaves ${estimateIn2(left.value, left)} of d unexplained${
    excludesZero(left) || left.low === undefined ? "" : ", which may be nothing,"
  }${
    controlLeft === undefined
      ? ""
      : ` (where the control ${control!.control} leaves ${
        estimateIn2(controlLeft.value, controlLeft)
      })`
  } and misses the rows by ${estimateIn2(error.value, error)} of d on average`;
}

/** What a faithfulness leaves of d. */
function leftBy({ value, low, high }: Pick<EstimateInRow, "value" | "low" | "high">) {
  const rest = (share: number | undefined) => share === undefined ? undefined : 1 - share;
  return { value: rest(value), low: rest(high), high: rest(low) };
}
