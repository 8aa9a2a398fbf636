/** Generated charts of models of any size, as a challenge to the layout. */

import { ABLATION } from "../../lib/experiments/ablate/index.ts";
import { comparisonMaps as typedComparisonMaps } from "../../lib/compare/published/charts.ts";
import { sizeAccuracy as typedSizeAccuracy } from "../../lib/experiments/correlate/findings.ts";
import {
  headRoles as typedHeadRoles,
  selectivityMap as typedSelectivityMap,
} from "../../lib/experiments/attend/findings.ts";
import { KNOCKOUT } from "../../lib/experiments/knockout/index.ts";
import { pathPicture as typedPathPicture } from "../../lib/experiments/paths/path_picture.ts";
import { scoresChart as typedScoresChart } from "../../lib/study/evaluate/chart.ts";
import type { ChartSpec } from "../../lib/charts/spec.ts";
import { traceMap as typedTraceMap } from "../../lib/experiments/trace/chart.ts";
import { ofSomeColumns, SOURCES } from "./fixtures.ts";

const comparisonMaps = ofSomeColumns(typedComparisonMaps);
const headRoles = ofSomeColumns(typedHeadRoles);
const pathPicture = ofSomeColumns(typedPathPicture);
const scoresChart = ofSomeColumns(typedScoresChart);
const selectivityMap = ofSomeColumns(typedSelectivityMap);
const sizeAccuracy = ofSomeColumns(typedSizeAccuracy);
const traceMap = ofSomeColumns(typedTraceMap);

const ROLES = [
  ...["sot", "there", "is_are", "negator"],
  ...["subject_first", "subject_further", "full_stop", "eot"],
];
const SIDES = ["foil", "caption"];
const SEGMENTS = ["correct", "incorrect"];
const options = { sources: SOURCES };

/** A generator of numbers from -1 to 1, the same sequence in each run. */
function numbers(): () => number {
  let n = 0;
  return () => Math.sin(12.9898 * ++n);
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

function groups() {
  return SIDES.flatMap((negation) => SEGMENTS.map((segment) => ({ negation, segment, n: 214 })));
}

function heads({ layers, heads }: ModelSize) {
  const next = numbers();
  return SIDES.flatMap((negation) =>
    upTo(layers).flatMap((layer) =>
      upTo(heads).map((head) => {
        const [selectivity, share] = [next() ** 2, next()];
        const interval = {
          ...{ share_low: share - 0.2, share_high: share + 0.2 },
          ...{ simultaneous_low: share - 0.3, simultaneous_high: share + 0.3 },
        };
        return {
          ...{ negation, segment: "all", part: "head", layer, head, n: 214, n_twin: 0 },
          ...{ selectivity, share, ...interval },
        };
      })
    )
  );
}

/** Effects of the text tower's nodes by two methods. */
function traceRows(
  { site, layers, heads, directions = [undefined] }: {
    site: string;
    layers: number;
    heads: readonly (number | undefined)[];
    directions?: readonly (string | undefined)[];
  },
) {
  const next = numbers();
  const first = site === "resid" ? 0 : 1;
  return groups().flatMap((group) =>
    directions.flatMap((direction) =>
      upTo(layers + 1 - first).flatMap((layer) =>
        heads.flatMap((head) =>
          ROLES.map((role, i) => ({
            ...{ ...group, site, direction, layer: layer - 1 + first, head, role },
            ...estimate(i < 3 ? 0 : next()), // roles before the negator have no effect
          }))
        )
      )
    )
  );
}

/** An effect with an interval; some intervals include 0, and some are empty. */
function estimate(cte: number) {
  const half = Math.abs(cte) > 0.9 ? undefined : 0.3;
  const interval = cte === 0 || half === undefined
    ? {}
    : { cte_low: cte - half, cte_high: cte + half };
  return { cte, ...(cte === 0 ? { cte_low: 0, cte_high: 0 } : interval) };
}

function nodeRows({ layers, heads }: ModelSize) {
  const next = numbers();
  const nodes = upTo(layers).flatMap((layer) =>
    [...upTo(heads), undefined].map((head) => ({ layer, head, part: head ? "head" : "mlp" }))
  );
  return SIDES.flatMap((negation) =>
    nodes.flatMap((node) =>
      [["total", "subject_first"], ["total", "eot"], ["direct", "eot"]].map(([method, role]) => {
        const share = next() / (method === "direct" ? 2 : 1);
        const [low, high] = [share - 0.3, share + 0.3];
        return {
          ...{ negation, segment: "all", ...node, method, role, n: 214, share },
          ...{ share_low: low, share_high: high, simultaneous_low: low, simultaneous_high: high },
        };
      })
    )
  );
}

function pathRows({ layers, heads }: ModelSize) {
  const next = numbers();
  const place = (most: number) => 1 + Math.floor(most * next() ** 2);
  return SIDES.flatMap((negation) =>
    upTo(60).map((i) => {
      const receiver_layer = place(layers);
      const sender_layer = Math.floor(receiver_layer * next() ** 2);
      const share = next() ** 3;
      return {
        ...{ negation, segment: "all", n: 214, receiver_layer, receiver_head: place(heads) },
        ...{ sender_layer, sender_head: sender_layer === 0 ? undefined : place(heads) },
        ...{ input: ["q", "k", "v"][i % 3]!, share },
        ...{ share_low: share - 0.05, share_high: share + 0.05 },
        ...{ simultaneous_low: share - 0.05, simultaneous_high: share + 0.05 },
      };
    })
  );
}

function comparisonRows({ layers }: ModelSize) {
  const rows = traceRows({ site: "resid", layers, heads: [undefined] });
  const published = rows.filter(({ negation, segment }) =>
    negation === "foil" || segment === "correct"
  );
  return published.map((row) => ({
    ...{ quantity: "causal_trace", negation: row.negation, segment: row.segment, layer: row.layer },
    ...{ head: undefined, role: row.role, published: row.cte, measured: row.cte / 2 + 0.1 },
  }));
}

/** The size of a text tower. */
interface ModelSize {
  readonly layers: number;
  readonly heads: number;
}

const BOTH = { directions: ["denoise", "noise"] };

/** The charts of heads that are too wide for a column: those of a trace in both directions. */
export function wideCharts(size: ModelSize): ReadonlyMap<string, ChartSpec> {
  const rows = traceRows({ ...size, ...BOTH, site: "z", heads: upTo(size.heads) });
  return new Map([["head_map of both directions", traceMap(rows, options)]]);
}

/** Every chart of the kit that fits into a column, by its name. */
export function deepCharts(size: ModelSize): ReadonlyMap<string, ChartSpec> {
  const next = numbers();
  const rows = upTo(300).map((i) => ({
    ...{ id: `row_${i}`, negation: SIDES[i % 2]!, d: 12 * next(), tokens: 6 + i % 15 },
    ...{ segment: SEGMENTS[0]!, text_similarity: 0.9 + next() / 12, subject_size: next() ** 2 },
  }));
  const note = "the measured model is not the published one: other sizes and other sentences";
  const both = traceRows({ ...size, ...BOTH, site: "resid", heads: [undefined] });
  const ablated = ["mean", "twin"].flatMap((method) =>
    heads(size).map((cell) => ({ method, ...cell }))
  );
  return new Map(Object.entries({
    trace_map: traceMap(traceRows({ ...size, site: "resid", heads: [undefined] }), options),
    "trace_map of both directions": traceMap(both, options),
    head_map: traceMap(traceRows({ ...size, site: "z", heads: upTo(size.heads) }), options),
    scores: scoresChart(rows, options),
    selectivity_map: selectivityMap(heads(size), options),
    head_roles: headRoles(
      SIDES.flatMap((negation) =>
        upTo(size.heads).flatMap((head) =>
          ROLES.map((role) => ({
            ...{ negation, layer: 4, head, role, n: 214, attention_difference: next() },
          }))
        )
      ),
      { ...options, layer: 4 },
    ),
    ablation: ABLATION.map(ablated as never, { ...options, seed: 0 }),
    knockout: KNOCKOUT.map(heads(size) as never, { ...options, seed: 0 }),
    path_graph: pathPicture(pathRows(size), nodeRows(size), options),
    size_accuracy: sizeAccuracy(
      [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3].map((threshold, i) => ({
        ...{ column: "subject_size", group: `${threshold}`, n: 242 - 30 * i },
        ...{ value: 0.6 + i / 20, low: 0.5 + i / 20, high: 0.9 },
      })),
      options,
    ),
    comparison_maps: comparisonMaps(comparisonRows(size), { ...options, note }),
  }));
}
