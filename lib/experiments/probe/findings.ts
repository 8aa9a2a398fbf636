/** In which layers negation can be read at the end token, and in which it is used. */

import { LEAST_EFFECT as LEAST_SHARE } from "../../study/effects/peak_runs.ts";
import { greatest, mainControl, sidesOf } from "../../charts/texts.ts";
import { layersNamed, layersText } from "../../tables/nodes.ts";
import { bracketed, estimateText, numberText } from "../../tables/text_table.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { controlLine, specificText } from "../../study/controls/control_text.ts";
import type { Finding, FindingLine } from "../../study/experiment/finding.ts";
import { FEWEST_NOUNS } from "../../study/clusters.ts";
import { whereNegated } from "../../study/effects/ranked.ts";
import { controlCount, CONTROLS, FEWEST_PAIRS } from "./fit.ts";
import { frameIn, HELD_OUT_BY, isOfFrame, type ProbeSummaryRow } from "./tables.ts";

type Side = readonly ProbeSummaryRow[];
type Share = "above_control" | "share_direction" | "share_probe" | "share_full";

const LINES: readonly { readonly column: Share; readonly name: string }[] = [
  { column: "above_control", name: "decoded - control" },
  { column: "share_full", name: "d, whole vector" },
  { column: "share_direction", name: "d, mean difference" },
  { column: "share_probe", name: "d, probe direction" },
];

const DIRECTION_CONTROL = { prefix: "direction_", stem: "share_direction", as: "share" } as const;

export function probeFindings(rows: readonly ProbeSummaryRow[]): Finding {
  const whole = rows.filter(({ segment }) => segment === "all");
  const sides = sidesOf(whole.filter((row) => !isOfFrame(row)));
  return {
    sentences: sides.map((side) => `${whereNegated(side[0]!)}, ${foundText(side)}`),
    tables: [{
      title: "Negated sentences at the end token: told apart, and the difference used",
      lines: sides.flatMap((side) =>
        LINES.flatMap(({ column, name }) =>
          [1, -1].flatMap((sign) => { // what adds to d before what takes away from it
            const held = layersOf(side, column).filter((row) => sign * row[column]! > 0);
            return held.length === 0 ? [] : [lineOf(side, { column, name, held })];
          })
        )
      ),
    }, {
      title: "Fitted to other frames, in the layer that is decoded best",
      lines: sides.flatMap((side) => frameLines(side, whole)),
    }],
    notes: [
      ...sides.map((side) =>
        `${side[0]!.negation}-negated (n = ${side[0]!.n}): ${
          [...bestOf(side, sides), ...alikeIn(side), ...lacksOf(side)].join("; ")
        }`
      ),
      ...sides.slice(0, 1).map(([row]) => HELD_OUT[row!.held_out] ?? ""),
    ],
  };
}

const HELD_OUT: Readonly<Record<string, string>> = {
  [HELD_OUT_BY.noun]: "Held out: what is fitted for a row has not seen its subject noun",
  [HELD_OUT_BY.pair]:
    `Held out: what is fitted for a row has not seen its sentence pair, but others of its subject noun; nouns are held out if there are ${FEWEST_NOUNS}, or with --cluster noun`,
};

function frameLines(side: Side, rows: Side): FindingLine[] {
  const best = bestLayer(side);
  return rows.filter((row) =>
    isOfFrame(row) && row.negation === side[0]!.negation && row.layer === best?.layer
  ).map((row) => ({
    negated: row.negation,
    frame: frameIn(row),
    "decoded - control": shareText(row, "above_control"),
    "d, mean difference": shareText(row, "share_direction"),
  }));
}

function bestLayer(side: Side): ProbeSummaryRow | undefined {
  const decoded = side.filter(({ accuracy }) => accuracy !== undefined);
  if (decoded.length === 0) return undefined;
  return decoded.reduce((most, row) => row.accuracy! > most.accuracy! ? row : most);
}

function foundText(side: Side): string {
  if (lacksIntervals(side)) return "nothing is tested";
  const [decoded, used] = [layersOf(side, "above_control"), layersOf(side, "share_direction")];
  const what = decoded.length === 0
    ? "negated and affirmative sentences are told apart in no layer"
    : `negated and affirmative sentences are told apart in ${layersNamed(layerNumbers(decoded))}`;
  const carried = used.length === 0
    ? "the mean difference carries no d in any"
    : `the mean difference carries d in ${layersNamed(layerNumbers(used))}, most in layer ${
      mostOf(used).layer
    } ${bracketed(mostOf(used).share_direction, boundsOf(mostOf(used), "share_direction"))}${
      specificText(
        [mainControl(mostOf(used), DIRECTION_CONTROL)],
        () => `layer ${mostOf(used).layer}`,
      )
    }`;
  return `${what}, and ${carried}`;
}

function mostOf(rows: Side): ProbeSummaryRow {
  return rows.reduce((a, b) => Math.abs(b.share_direction!) > Math.abs(a.share_direction!) ? b : a);
}

function layerNumbers(rows: Side): number[] {
  return rows.map(({ layer }) => layer);
}

function boundsOf(row: ProbeSummaryRow, column: Share | "accuracy") {
  return { low: row[`${column}_low`], high: row[`${column}_high`] };
}

/** The layers in which a share is at least {@linkcode LEAST_SHARE}, and known for all layers at once not to be 0, other than the last of the whole vector, where the method fixes it. */
function layersOf(side: Side, column: Share): ProbeSummaryRow[] {
  const last = lastOf(side);
  return side.filter((row) => {
    const [low, high] = [row[`${column}_simultaneous_low`], row[`${column}_simultaneous_high`]];
    const isFixed = column === "share_full" && row === last;
    return !isFixed && Math.abs(row[column]!) >= LEAST_SHARE && low !== undefined &&
      high !== undefined && (low > 0 || column !== "above_control" && high < 0);
  }).sort((a, b) => a.layer - b.layer);
}

function lineOf(side: Side, { column, name, held }: {
  readonly column: Share;
  readonly name: string;
  readonly held: Side;
}) {
  const last = lastOf(side);
  return {
    negated: last.negation,
    share: name,
    layers: layersText(layerNumbers(held)),
    "in the first (95 %)": shareText(held[0]!, column),
    [`in layer ${last.layer}`]: shareText(last, column),
    ...column === "share_direction" ? controlLine(mainControl(held[0]!, DIRECTION_CONTROL)) : {},
  };
}

function shareText(row: ProbeSummaryRow, column: Share): string {
  return estimateText(row[column], boundsOf(row, column), 2);
}

function lastOf(side: Side): ProbeSummaryRow {
  const last = greatest(layerNumbers(side));
  return side.find(({ layer }) => layer === last)!;
}

function lacksIntervals(side: Side): boolean {
  const decoded = side.filter(({ accuracy }) => accuracy !== undefined);
  return decoded.length > 0 && decoded.every(({ above_control_low: low }) => low === undefined);
}

function lacksOf(side: Side): string[] {
  if (lacksIntervals(side)) {
    return [`an interval takes at least ${FEWEST_CLUSTERS} effective clusters of rows`];
  }
  const missing = LINES.filter(({ column }) => layersOf(side, column).length === 0)
    .map(({ name, column }) => {
      const isUnknown = column !== "above_control" &&
        side.every((row) => row[column] === undefined);
      if (isUnknown) return `${name}, which has no value`;
      return column === "share_full" ? `${name} (before the last)` : name;
    });
  return missing.length === 0 ? [] : [`in no layer: ${missing.join("; ")}`];
}

function bestOf(side: Side, sides: readonly Side[]): string[] {
  const best = bestLayer(side);
  if (best === undefined) return [];
  return [
    `at best ${
      estimateText(best.accuracy, boundsOf(best, "accuracy"))
    } decoded, in layer ${best.layer}, where the control has ${numberText(best.control!, 3)}${
      controlsText(sides.flat().filter(({ layer }) => layer === best.layer))
    }`,
  ];
}

/** How many labellings the control of a layer is the mean of, if these are few; sides may share sentence pairs. */
function controlsText(sides: Side): string {
  const differing = sides.map(({ pairs_differing }) => pairs_differing);
  const fewest = controlCount(Math.max(FEWEST_PAIRS, greatest(differing)));
  const most = controlCount(differing.reduce((sum, pairs) => sum + pairs, 0));
  if (fewest === CONTROLS) return "";
  return ` (the mean of ${fewest === most ? fewest : `${fewest} to ${most}`} labellings)`;
}

function alikeIn(side: Side): string[] {
  const layers = side.filter(({ layer }) => layer > 0).sort((a, b) => a.layer - b.layer);
  const alike = layers.filter(({ accuracy }) => accuracy === undefined);
  const pairs = alike.every(({ pairs_differing }) => pairs_differing === 0)
    ? "every pair"
    : "nearly every pair";
  return [
    ...alike.length === 0 ? [] : [
      `nothing to decode in ${
        layersNamed(layerNumbers(alike))
      }, where the two vectors of ${pairs} are the same but for rounding`,
    ],
    ...layers.filter((row) => row.accuracy !== undefined && row.pairs_differing < row.pairs)
      .map(({ layer, pairs, pairs_differing }) =>
        `in layer ${layer} decoded in ${pairs_differing} of ${pairs} pairs, since the vectors of the others are the same but for rounding`
      ),
  ];
}
