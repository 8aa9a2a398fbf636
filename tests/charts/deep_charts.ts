/** Generated charts of a large model, 24 layers with 16 heads, as a challenge to the layout. */

import { ablationChart } from "../../lib/experiments/ablate/chart.ts";
import { comparisonChart } from "../../lib/published/comparison/chart.ts";
import { comparisonMaps } from "../../lib/published/comparison/maps.ts";
import { featureScatter } from "../../lib/experiments/correlate/feature_scatter.ts";
import { headRoles } from "../../lib/experiments/attend/roles_chart.ts";
import { knockoutChart } from "../../lib/experiments/knockout/chart.ts";
import { scoresChart } from "../../lib/experiments/evaluate/chart.ts";
import { selectivityMap } from "../../lib/experiments/attend/selectivity_map.ts";
import { sizeAccuracy } from "../../lib/experiments/correlate/size_chart.ts";
import type { ChartSpec } from "../../lib/charts/spec.ts";
import { traceMap } from "../../lib/experiments/trace/chart.ts";
import { SOURCES } from "./fixtures.ts";

const ROLES = [
  ...["sot", "there", "is_are", "negator"],
  ...["subject_first", "subject_further", "full_stop", "eot"],
];
const LAYERS = 24;
const HEADS = 16;
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

function heads() {
  const next = numbers();
  return SIDES.flatMap((negation) =>
    upTo(LAYERS).flatMap((layer) =>
      upTo(HEADS).map((head) => {
        const [selectivity, mean_effect] = [next() ** 2, next()];
        const interval = { low: mean_effect - 0.2, high: mean_effect + 0.2 };
        return { negation, layer, head, n: 214, selectivity, mean_effect, ...interval };
      })
    )
  );
}

function traceRows({ site, heads }: { site: string; heads: readonly (number | undefined)[] }) {
  const next = numbers();
  const first = site === "resid" ? 0 : 1;
  return groups().flatMap((group) =>
    upTo(LAYERS + 1 - first).flatMap((layer) =>
      heads.flatMap((head) =>
        ROLES.map((role, i) => ({
          ...{ ...group, site, layer: layer - 1 + first, head, role },
          cte: i < 3 ? 0 : next(), // roles before the negator have no effect
        }))
      )
    )
  );
}

function comparisonRows() {
  return traceRows({ site: "resid", heads: [undefined] }).map((row) => ({
    ...{ table: "causal_trace", negation: row.negation, segment: row.segment, layer: row.layer },
    ...{ head: undefined, role: row.role, published: row.cte, measured: row.cte / 2 + 0.1 },
  }));
}

/** Every chart of the kit by its name. */
export function deepCharts(): ReadonlyMap<string, ChartSpec> {
  const next = numbers();
  const rows = upTo(300).map((i) => ({
    ...{ id: `row_${i}`, negation: SIDES[i % 2]!, d: 12 * next(), tokens: 6 + i % 15 },
    ...{ segment: SEGMENTS[0]!, text_similarity: 0.9 + next() / 12, subject_size: next() ** 2 },
  }));
  const summary = [{ table: "causal_trace", n_free: 460, r_free: 0.87 }];
  const note = "the measured model is not the published one: other sizes and other sentences";
  return new Map(Object.entries({
    trace_map: traceMap(traceRows({ site: "resid", heads: [undefined] }), options),
    head_map: traceMap(traceRows({ site: "z", heads: upTo(HEADS) }), options),
    scores: scoresChart(rows, options),
    selectivity_map: selectivityMap(heads(), options),
    head_roles: headRoles(
      SIDES.flatMap((negation) =>
        upTo(HEADS).flatMap((head) =>
          ROLES.map((role) => ({
            ...{ negation, layer: 4, head, role, n: 214, attention_difference: next() },
          }))
        )
      ),
      { ...options, layer: 4 },
    ),
    ablation: ablationChart(
      groups().flatMap((group) =>
        upTo(LAYERS).flatMap((layer) =>
          ["attn_out", "mlp_out"].map((part) => {
            const mean_effect = next();
            return { ...group, layer, part, mean_effect, low: mean_effect - 0.3, high: 1 };
          })
        )
      ),
      options,
    ),
    knockout: knockoutChart(heads(), options),
    feature_scatter: featureScatter(rows, { ...options, correlations: [], bands: [] }),
    size_accuracy: sizeAccuracy(
      [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3].map((threshold, i) => ({
        ...{ threshold, n: 242 - 30 * i, accuracy: 0.6 + i / 20, low: 0.5 + i / 20, high: 0.9 },
      })),
      options,
    ),
    comparison: comparisonChart(comparisonRows(), { ...options, note, summary }),
    comparison_maps: comparisonMaps(comparisonRows(), { ...options, note }),
  }));
}
