/** In which layers negation can be read at the end token, and in which it is used, in a small table for a terminal. */

import { layersNamed, layersText } from "../../tables/layer_ranges.ts";
import type { Reads } from "../../tables/schema.ts";
import { intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { greatest, sidesOf } from "../../charts/spec.ts";
import { FEWEST_CLUSTERS } from "../../stats/effective_clusters.ts";
import { controlCount, CONTROLS, FEWEST_PAIRS } from "./folds.ts";
import type { ProbeSummaryRow } from "./tables.ts";

type Told = "accuracy" | "above_control" | "share_direction" | "share_probe" | "share_full";

/** The columns of probe_summary.csv that the text reads. */
export type ProbeLine = Reads<
  ProbeSummaryRow,
  | ("negation" | "segment" | "layer" | "n" | "pairs" | "pairs_differing" | "control")
  | (Told | `${Told}_low` | `${Told}_high`)
>;

const TITLE = "Negation at the end token: decoded, and used";

/** What the table has a line for. */
const LINES: readonly { readonly column: Exclude<Told, "accuracy">; readonly name: string }[] = [
  { column: "above_control", name: "decoded - control" },
  { column: "share_full", name: "d, whole vector" },
  { column: "share_direction", name: "d, mean difference" },
  { column: "share_probe", name: "d, probe direction" },
];

/** The least share that a summary names. */
const LEAST_SHARE = 0.05;

/** What the words of the table mean. */
export const PROBE_WORDS: readonly Word[] = [
  {
    word: "decoded",
    means:
      "share of sentences that a logistic regression on the residual stream at the end token classifies correctly, as negated or affirmative, in folds that it was not fitted to; chance is 0.5. Only of pairs whose two vectors differ by more than rounding",
  },
  {
    word: "control",
    means:
      `the same with the labels of half of the sentence pairs exchanged, so that there is nothing to learn: about 0.5. The mean of ${CONTROLS} such labellings, or of all where there are fewer`,
  },
  {
    word: "whole vector",
    means:
      "share of d that returns if the affirmative run is given the negated run's residual stream at the end token; in the last layer all of it, in any model",
  },
  {
    word: "mean difference",
    means:
      "the same with one coordinate of that vector only, along the mean difference of negated and affirmative sentences in the other folds",
  },
  {
    word: "probe direction",
    means:
      "the same along the direction in which vectors of the other folds vary with their probe's logit (the probe's pattern)",
  },
  {
    word: "layers",
    means:
      `those in which it is ${LEAST_SHARE} or more, of one sign, and its own 95 % interval excludes 0; of the whole vector without the last. Beside them is the value in the first of these layers`,
  },
];

/**
 * Says for each side in which layers negation can be decoded, and in which of them directions carry d.
 *
 * @param rows Rows of probe_summary.csv.
 */
export function probeFindings(rows: readonly ProbeLine[]): string {
  const sides = sidesOf(rows.filter(({ segment }) => segment === "all"));
  const found = sides.flatMap((side) =>
    LINES.flatMap(({ column, name }) =>
      SIGNS.flatMap((sign) => {
        const held = layersOf(side, column).filter((row) => sign * row[column]! > 0);
        return held.length === 0 ? [] : [lineOf(side, { column, name, held })];
      })
    )
  );
  const notes = sides.map((side) => noteOf(side, sides)).join("");
  if (found.length > 0) return `${TITLE}\n${linesTable(found)}${notes}`;
  const isTested = sides.some((side) => !lacksIntervals(side));
  return `${TITLE}: ${isTested ? "neither" : "not tested"}\n${notes}`;
}

/** What a layer adds to d is listed before what one takes away. */
const SIGNS = [1, -1];

/** The layers in which a share is known not to be 0, other than the last of the whole vector, where the method fixes it. */
function layersOf(side: readonly ProbeLine[], column: Told): ProbeLine[] {
  const last = lastOf(side);
  return side.filter((row) => {
    const [low, high] = [row[`${column}_low`], row[`${column}_high`]];
    const isFixed = column === "share_full" && row === last;
    return !isFixed && Math.abs(row[column]!) >= LEAST_SHARE && low !== undefined &&
      high !== undefined && (low > 0 || column !== "above_control" && high < 0);
  }).sort((a, b) => a.layer - b.layer);
}

function lineOf(side: readonly ProbeLine[], { column, name, held }: {
  readonly column: Told;
  readonly name: string;
  readonly held: readonly ProbeLine[];
}) {
  const last = lastOf(side);
  const shareText = (row: ProbeLine) => {
    const bounds = intervalText({ low: row[`${column}_low`], high: row[`${column}_high`] }, 2);
    return `${numberText(row[column]!, 2)} (${bounds})`;
  };
  return {
    negated: last.negation,
    share: name,
    layers: layersText(held.map(({ layer }) => layer)),
    "in the first (95 %)": shareText(held[0]!),
    [`in layer ${last.layer}`]: shareText(last),
  };
}

function lastOf(side: readonly ProbeLine[]): ProbeLine {
  const last = greatest(side.map(({ layer }) => layer));
  return side.find(({ layer }) => layer === last)!;
}

/** Whether something is decoded on a side, in too few clusters for an interval. */
function lacksIntervals(side: readonly ProbeLine[]): boolean {
  const decoded = side.filter(({ accuracy }) => accuracy !== undefined);
  return decoded.length > 0 && decoded.every(({ above_control_low: low }) => low === undefined);
}

/** What a side's accuracy is at its best, beside the control, where there is nothing to decode, and what is not found. */
function noteOf(side: readonly ProbeLine[], sides: readonly (readonly ProbeLine[])[]): string {
  const missing = LINES.filter(({ column }) => layersOf(side, column).length === 0)
    .map(({ name, column }) =>
      side.every((row) => row[column] === undefined) && column !== "above_control"
        ? `${name}, which has no value`
        : column === "share_full"
        ? `${name} (before the last)`
        : name
    );
  const lacks = lacksIntervals(side)
    ? [`an interval takes at least ${FEWEST_CLUSTERS} effective clusters of rows`]
    : missing.length === 0
    ? []
    : [`in no layer: ${missing.join("; ")}`];
  const told = [...bestOf(side, sides), ...alikeIn(side), ...lacks].join("; ");
  return `${wrapText(`${side[0]!.negation}-negated (n = ${side[0]!.n}): ${told}`)}\n`;
}

function bestOf(side: readonly ProbeLine[], sides: readonly (readonly ProbeLine[])[]): string[] {
  const decoded = side.filter(({ accuracy }) => accuracy !== undefined);
  if (decoded.length === 0) return [];
  const best = decoded.reduce((most, row) => row.accuracy! > most.accuracy! ? row : most);
  const bounds = intervalText({ low: best.accuracy_low, high: best.accuracy_high });
  return [
    `at best ${numberText(best.accuracy!, 3)}${
      bounds && ` (${bounds})`
    } decoded, in layer ${best.layer}, where the control has ${numberText(best.control!, 3)}${
      controlsText(sides.flat().filter(({ layer }) => layer === best.layer))
    }`,
  ];
}

/** How many labellings the control of a layer is the mean of, if these are few; sides may share sentence pairs. */
function controlsText(sides: readonly ProbeLine[]): string {
  const differing = sides.map(({ pairs_differing }) => pairs_differing);
  const fewest = controlCount(Math.max(FEWEST_PAIRS, greatest(differing)));
  const most = controlCount(differing.reduce((sum, pairs) => sum + pairs, 0));
  if (fewest === CONTROLS) return "";
  return ` (the mean of ${fewest === most ? fewest : `${fewest} to ${most}`} labellings)`;
}

/** In which layers after the embeddings there is nothing to decode, or not in all pairs. */
function alikeIn(side: readonly ProbeLine[]): string[] {
  const layers = side.filter(({ layer }) => layer > 0).sort((a, b) => a.layer - b.layer);
  const alike = layers.filter(({ accuracy }) => accuracy === undefined);
  const isNone = alike.every(({ pairs_differing }) => pairs_differing === 0);
  const reason = `the two vectors of ${
    isNone ? "every pair" : "nearly every pair"
  } are the same but for rounding`;
  return [
    ...(alike.length === 0 ? [] : [
      `nothing to decode in ${layersNamed(alike.map(({ layer }) => layer))}, where ${reason}`,
    ]),
    ...layers.filter((row) => row.accuracy !== undefined && row.pairs_differing < row.pairs)
      .map(({ layer, pairs, pairs_differing }) =>
        `in layer ${layer} decoded in ${pairs_differing} of ${pairs} pairs, since the vectors of the others are the same but for rounding`
      ),
  ];
}
