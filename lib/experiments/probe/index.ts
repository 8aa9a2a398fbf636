/** Decodable against used: what a linear probe reads of negation at the end token, and what of it carries d. */

import { lines } from "../../charts/lines.ts";
import { bootstrapText, type ChartOptions, clustersOf, modelOf } from "../../charts/spec.ts";
import { sidesOf, sideTitle } from "../../charts/texts.ts";
import { FEWEST_NOUNS } from "../../study/clusters.ts";
import { LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { untestedText, whereNegated } from "../../study/effects/ranked.ts";
import type { Finding, FindingLine } from "../../study/experiment/finding.ts";
import { layersNamed } from "../../tables/nodes.ts";
import { estimateText } from "../../tables/text_table.ts";
import { FOLDS } from "./fit.ts";
import { isOfFrame, NAMES, PROBE, probeSteps, type ProbeSummaryRow } from "./tables.ts";
import { wholeNumber } from "../../options/option.ts";
import { controlOption } from "../../study/controls/control.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import { checkProbe, probeRows, residualHooks } from "./probe.ts";

type Rows = readonly ProbeSummaryRow[];

/** What is decoded of each side, in a sentence and by the frames that were held out, and what the directions carry of d. */
export function probeFindings(rows: Rows): Finding {
  const decoded = rows.filter(({ negation, segment, method }) =>
    negation !== "both" && segment === "all" && method === "probe"
  );
  const sides = sidesOf(decoded.filter((row) => !isOfFrame(row)));
  const { sentences = [], untested = [], tables = [], notes = [] } = PROBE.findings(rows);
  return {
    sentences: [
      ...sides.map((side) => `${whereNegated(side[0]!)}, ${toldText(side)}`),
      ...sentences,
    ],
    untested,
    tables: [{
      title: "Negated sentences told apart at the end token, in the layer that is decoded best",
      lines: sides.flatMap((side) => decodedLines(side, decoded)),
    }, ...tables],
    notes: [
      ...notes,
      ...sides.flatMap((side) =>
        alikeIn(side).map((text) => `${side[0]!.negation}-negated: ${text}`)
      ),
      ...sides.slice(0, 1).map(([row]) => HELD_OUT[row!.held_out] ?? ""),
    ],
  };
}

const HELD_OUT: Readonly<Record<string, string>> = {
  nouns: "Held out: what is fitted for a row has not seen its subject noun",
  pairs:
    `Held out: what is fitted for a row has not seen its sentence pair, but others of its subject noun; nouns are held out if there are ${FEWEST_NOUNS}, or with --cluster noun`,
};

/** The layer with the highest accuracy; undefined if nothing is decoded in any. */
function bestOf(side: Rows): ProbeSummaryRow | undefined {
  return side.filter(({ accuracy }) => accuracy !== undefined)
    .toSorted((a, b) => b.accuracy! - a.accuracy! || a.layer - b.layer)[0];
}

function toldText(side: Rows): string {
  const told = side.filter(({ above_control, above_control_simultaneous_low: low }) =>
    low !== undefined && low > 0 && above_control! >= LEAST_SHARE
  ).map(({ layer }) => layer);
  const best = bestOf(side);
  if (best !== undefined && best.above_control_low === undefined) return untestedText("layer");
  const what = told.length === 0 ? "no layer" : layersNamed(told.toSorted((a, b) => a - b));
  if (best === undefined) return `a probe tells the sentences apart in ${what}`;
  return `a probe tells the sentences apart in ${what}, best in layer ${best.layer}: ${
    estimateText(best.accuracy, { low: best.accuracy_low, high: best.accuracy_high }, 2)
  } of them, the control ${best.control_accuracy!.toFixed(2)}`;
}

/** A side in the layer that is decoded best, and there each of its frames, fitted to other frames. */
function decodedLines(side: Rows, rows: Rows): FindingLine[] {
  const best = bestOf(side);
  if (best === undefined) return [];
  const frames = rows.filter((row) =>
    isOfFrame(row) && row.negation === best.negation && row.layer === best.layer
  );
  return [best, ...frames].map((row) => ({
    negated: row.negation,
    ...frames.length > 0 && { frame: isOfFrame(row) ? row.held_out.replace("frame ", "") : "" },
    layer: `${row.layer}`,
    decoded: estimateText(row.accuracy, { low: row.accuracy_low, high: row.accuracy_high }, 2),
    control: row.control_accuracy,
    "decoded - control": estimateText(row.above_control, {
      low: row.above_control_low,
      high: row.above_control_high,
    }, 2),
  }));
}

/** Where there is nothing to decode, or only in some pairs. */
function alikeIn(side: Rows): string[] {
  const layers = side.filter(({ layer }) => layer > 0).toSorted((a, b) => a.layer - b.layer);
  const alike = layers.filter(({ accuracy }) => accuracy === undefined);
  const pairs = alike.every((row) => row.pairs_differing === 0)
    ? "every pair"
    : "nearly every pair";
  return [
    ...alike.length === 0 ? [] : [
      `nothing to decode in ${
        layersNamed(alike.map(({ layer }) => layer))
      }, where the two vectors of ${pairs} are the same but for rounding`,
    ],
    ...layers.filter((row) => row.accuracy !== undefined && row.pairs_differing! < row.pairs!)
      .map(({ layer, pairs, pairs_differing }) =>
        `in layer ${layer} decoded in ${pairs_differing} of ${pairs} pairs, since the vectors of the others are the same but for rounding`
      ),
  ];
}

const DECODED = "accuracy";
const USED = "share of d";

/** The points of each line: what is decoded of the method `probe`, and the share of d of every method. */
function pointsOf(rows: Rows) {
  return rows.flatMap((row) => {
    const of = { negation: row.negation, layer: row.layer, n: row.n };
    const decoded = row.method !== "probe"
      ? []
      : (["accuracy", "control_accuracy"] as const).map((name) => ({
        ...{ ...of, panel: DECODED, line: name === "accuracy" ? "probe" : "control" },
        ...{ value: row[name], low: row[`${name}_low`], high: row[`${name}_high`] },
      }));
    const used = { value: row.share, low: row.share_low, high: row.share_high };
    return [...decoded, { ...of, panel: USED, line: NAMES[row.method]!, ...used }];
  });
}

/** Draws accuracies and shares of d by layer, over all rows of a side. Layers with nothing to decode are grey. */
export function probeChart(rows: Rows, options: ChartOptions) {
  const points = pointsOf(
    rows.filter((row) => row.negation !== "both" && row.segment === "all" && !isOfFrame(row)),
  );
  const emptyLayers = (some: readonly typeof points[number][]) =>
    some.filter(({ line, value }) => line === "probe" && value === undefined)
      .map(({ layer }) => layer).sort((a, b) => a - b);
  return lines(points, {
    ...options,
    title: `Where the end token of ${
      modelOf(options)
    } tells negated sentences apart, and what the score uses`,
    about:
      `Left: held-out accuracy of a logistic probe that tells negated from affirmative sentences by the residual stream at the end token, by layer (0 for the embeddings), beside a control that is fitted to exchanged labels. Right: the share of the score difference d that returns if the affirmative run is given there the negated run's whole vector, its coordinate along the difference of means, or that along the pattern that the probe reads; directions are fitted to other folds. Grey: layers in which the two sentences' vectors are the same but for rounding, so that there is nothing to decode`,
    intervals: `probe: Wilson, over ${
      clustersOf(options)
    }; control: Student's t over its labellings; shares: ${bootstrapText(options)}`,
    columns: 2,
    panels: (points) =>
      sidesOf(points).flatMap((side) =>
        [DECODED, USED].map((title) => ({
          title: `${sideTitle(side)}: ${title}`,
          rows: side.filter(({ panel }) => panel === title),
        }))
      ),
    x: "layer",
    y: { field: "value", low: "low", high: "high", title: ([point]) => point!.panel },
    series: "line",
    levels: [],
    grey: emptyLayers,
  });
}

export const probe = experiment({
  name: "probe",
  summary: "where negation can be decoded at the end token, and whether what is decoded is used",
  does:
    "fits probes and directions to the residual stream at the end token, tests them on sentence pairs that they have not seen, and measures how much of d returns if these directions are patched.",
  minimalPairs: true,
  needsRows: true,
  options: {
    folds: wholeNumber({
      min: 2,
      max: 1000,
      help:
        `the folds of the cross-validation, of two sentence pairs or more (default: ${FOLDS}, or as many as there are pairs for)`,
    }),
    control: controlOption(),
  },
  check: async ({ folds }, _, study) => await checkProbe(study, folds),
  hooks: (_, layers) => residualHooks(layers),
  measure: async (study, { folds }, phase) => await probeRows(study, { ...phase, folds }),
  tables: (rows, context) =>
    probeSteps(
      rows.map(({ scores, measured }) => ({ scores: scores!, probed: measured })),
      context,
    ),
  charts: ({ summary }, context) => ({ probe: probeChart(summary.rows, chartOptions(context)) }),
  findings: ({ summary }) => probeFindings(summary.rows),
  rowEffects: ({ probe }) => PROBE.rowEffects(probe),
  words: words(
    "decoded",
    "control",
    "whole vector",
    "mean difference",
    "probe direction",
    "layers (probe)",
  ),
});
