/** Tables made at once that experiments make in steps. */

import { attentionSteps, type AttentionTables } from "../../lib/experiments/attend/tables.ts";
import { accuracySteps, correlationSteps } from "../../lib/experiments/correlate/correlate.ts";
import {
  type EffectRow,
  type TracedScores,
  type TraceRow,
  traceSummarySteps,
} from "../../lib/experiments/trace/tables.ts";
import { finish, type Steps } from "../../lib/stats/steps.ts";
import { summarySteps } from "../../lib/study/evaluate/summary.ts";
import { type Segment, SEGMENTS } from "../../lib/study/rows/score_rows.ts";
import type { Table } from "../../lib/tables/table.ts";

/** Takes all steps at once. */
function atOnce<Given extends readonly unknown[], Made>(steps: (...given: Given) => Steps<Made>) {
  return (...given: Given): Made => finish(steps(...given));
}

/** Makes trace.csv of the lines of effects.csv, in which layers may be missing. */
export function summarizeTrace(
  effects: Iterable<EffectRow>,
  { d, clusters, seed, segments }: {
    readonly d: ReadonlyMap<string, number>;
    readonly clusters: ReadonlyMap<string, string>;
    readonly seed: number;
    /** @default {on each side those with effects} */
    readonly segments?: readonly Segment[];
  },
): Table<TraceRow> {
  const lines = [...effects];
  const { site = "resid" } = lines[0] ?? {};
  const heads = Math.max(1, ...lines.map(({ head = 1 }) => head));
  const first = site === "resid" ? 0 : 1;
  const rows = [...Map.groupBy(lines, ({ id }) => id).values()].map((ofRow): TracedScores => {
    const { id, negation, segment } = ofRow[0]!;
    const roles = ofRow.filter((line) =>
      line.direction === ofRow[0]!.direction && line.layer === ofRow[0]!.layer &&
      line.head === ofRow[0]!.head
    ).map(({ role }) => role);
    const directions = Map.groupBy(ofRow, ({ direction }) => direction);
    const known = [...directions].map(([direction, ofDirection]) => {
      const layers = Math.max(...lines.map(({ layer }) => layer)) + 1 - first;
      const made = new Array<number | null>(layers * heads * roles.length).fill(null);
      for (const { layer, head = 1, position, effect } of ofDirection) {
        made[((layer - first) * heads + head - 1) * roles.length + position] = effect ?? null;
      }
      return [direction, made];
    });
    return {
      scores: {
        ...{ id, negation, segment, d: d.get(id)!, image: "", caption: id, foil: id },
      },
      traced: { roles, heads, effects: Object.fromEntries(known) },
      cluster: clusters.get(id)!,
    };
  });
  const table = finish(
    traceSummarySteps(rows, { site, seed, segments: segments ?? SEGMENTS }),
  );
  const isGiven = (row: TraceRow) =>
    row.segment !== "all" || segments !== undefined ||
    SEGMENTS.every((segment) =>
      rows.some(({ scores }) => scores.negation === row.negation && scores.segment === segment)
    );
  const layers = new Set(lines.map(({ layer }) => layer));
  return { ...table, rows: table.rows.filter((row) => layers.has(row.layer) && isGiven(row)) };
}

export const attentionTables: (...given: Parameters<typeof attentionSteps>) => AttentionTables =
  atOnce(attentionSteps);
export const correlateFeatures = atOnce(correlationSteps);
export const accuracyBySize = atOnce(accuracySteps);
export const summarize = atOnce(summarySteps);
