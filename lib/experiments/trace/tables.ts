/** The tables of a trace: the effect of each patched activation of each row, and their averages by layer and role. */

import {
  HEAD_AT_Z,
  ID,
  LAYER_OR_EMBEDDING,
  NEGATION,
  NEGATION_OR_BOTH,
  numberOrNone,
  ROLE,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../study/columns.ts";
import { type Role, ROLES } from "../../data/align.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { isDetermined, withoutBounds } from "../../stats/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { estimate, type TogetherNames } from "../../study/effects/estimate_columns.ts";
import { SCORE_NOISE } from "../../study/effects/noise.ts";
import { SimultaneousRatios } from "../../stats/many.ts";
import {
  EffectsOnBoth,
  type MatchedRows,
  matchedSteps,
} from "../../study/effects/understanding.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import { type EvaluateRow, type Segment, SEGMENTS } from "../../study/rows/score_rows.ts";
import { columnValues, type EstimateNames } from "../../tables/estimates.ts";
import {
  type Column,
  count,
  fillOnRequest,
  fillTable,
  key,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { type Direction, DIRECTIONS, firstLayer, type MeanDirection, type Site } from "./trace.ts";

const SITE: Column<Site> = key(text(
  "`resid` (residual stream), `resid_mid`, `attn_out`, `mlp_out` or `z` (one head's mixed values).",
));

const PLACE = { layer: LAYER_OR_EMBEDDING, head: HEAD_AT_Z };

export const EFFECTS = table(
  "effects",
  "One row for each patched activation of each traced row. In minimal pairs the method fixes some effects: 0 before the negator if attention is causal; d for the negator at layer 0 and, at the last layer, for the token that becomes the embedding, 0 for all others.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    site: SITE,
    direction: key(text<Direction>(
      "`denoise`: the negated sentence's value is put into the run of the affirmative one; `noise`: the affirmative sentence's value into the run of the negated one.",
    )),
    ...PLACE,
    position: key(count("Position in the negated sentence, from 0.")),
    role: ROLE,
    effect: numberOrNone(
      "logit",
      "d*, the part of d that the patch restores (`denoise`) or removes (`noise`). With a negated foil S(caption) - S(patched) if restored, S(patched) - S(foil) if removed; the other way round with a negated caption. Empty for a token without a counterpart.",
    ),
    cte: numberOrNone("", "The effect divided by d; empty if d is 0."),
  },
);

/** A row of effects.csv: one patched activation of one row. */
export type EffectRow = Row<
  {
    id: string;
    negation: Negation;
    segment: Segment;
    site: Site;
    direction: Direction;
    role: Role;
  },
  "layer" | "position",
  "head" | "effect" | "cte"
>;

/** The role of which each token counts, as in the paper; of other roles each row does. */
const BY_TOKEN = { role: "subject_further" } as const;

const CTE = estimate(
  "cte",
  "",
  "Mean CTE: for `subject_further` over tokens; for other roles over rows, after a mean over each row's tokens. Empty for `all`, where rows whose d is near 0 would decide it: read `ratio_of_means`. A mean of ratios has heavy tails, so that its interval held the true mean in only .885 to .963 of samples (docs/statistics.md).",
  { together: "simultaneous_", meanOf: { table: "effects", column: "cte", eachLine: BY_TOKEN } },
);

const RATIO = estimate(
  "ratio_of_means",
  "",
  "Mean effect divided by mean d, both with the weights of the mean; stable even if some d are near 0. Empty where the interval of the mean d includes 0 or, without an interval, where d has both signs.",
  {
    prefix: "ratio_",
    control: {
      stem: "share",
      of: columnValues({ table: "effects", column: "effect" }),
      isShare: true,
    },
  },
);

const EFFECT = estimate(
  "mean_effect",
  "logit",
  "Mean effect, with the weights of the mean; 0 if no row's effect exceeds the rounding error of S, 1e-4.",
  { prefix: "effect_", meanOf: { table: "effects", column: "effect", eachLine: BY_TOKEN } },
);

const ALPHA = estimate(
  "alpha",
  "logit",
  "Of the row `both` alone, the effect on alpha, a quarter of the difference of both sides' mean effects.",
  { together: "alpha_simultaneous_" },
);

export const TRACE = table(
  "trace",
  "Means of effects.csv over the rows of a side and segment and, if all three segments are traced (`--segments`), over all rows of the side, and of both: there `mean_effect` is the effect on gamma over matched rows, and `ratio_of_means` its share of gamma, with the simultaneous interval.",
  {
    negation: NEGATION_OR_BOTH,
    segment: SEGMENT_OR_ALL,
    site: SITE,
    direction: key(text<MeanDirection>(
      "`denoise` or `noise`, as in effects.csv; `difference`, with `--direction both`: denoise minus noise, row by row, so that the interval is that of paired values.",
    )),
    ...PLACE,
    role: ROLE,
    n: count(
      "Number of rows: for `subject_further` all rows of the group, as published; for other roles the rows that have the role.",
      "rows",
    ),
    ...CTE.columns,
    ...RATIO.columns,
    ...EFFECT.columns,
    ...ALPHA.columns,
  },
);

/** A row of trace.csv: the mean effect of a role at a layer in a group of rows. */
export type TraceRow = Row<
  {
    negation: Negation | "both";
    segment: Segment | "all";
    site: Site;
    direction: MeanDirection;
    role: Role;
  },
  "layer" | "n",
  | "head"
  | TogetherNames<"cte">
  | EstimateNames<"ratio_of_means", "ratio_">
  | EstimateNames<"mean_effect", "effect_">
  | TogetherNames<"alpha", "alpha_", "alpha_simultaneous_">
>;

/** What is measured for a row: its effects, in a form that takes little memory and that JSON keeps. */
export interface TracedRow {
  /** The role of each position of the negated sentence. */
  readonly roles: readonly Role[];
  /** Patched heads of a block: those of a block at site `z`, otherwise 1. */
  readonly heads: number;
  readonly effects: Readonly<Partial<Record<MeanDirection, DirectedEffects>>>;
}

/** Effects of one direction in the order layer, head, position; null for a token without a counterpart. */
export type DirectedEffects = readonly (number | null)[];

export interface TracedScores {
  readonly scores: Omit<EvaluateRow, "tokens" | "s_caption" | "s_foil">;
  readonly traced: TracedRow;
  /** What the intervals keep together with the row, such as its sentence pair. */
  readonly cluster: string;
}

/** effects.csv of traced rows. Its rows are made on request: a row of the data has dozens, at site `z` hundreds. */
export function tracedEffects(rows: readonly TracedScores[], site: Site): Table<EffectRow> {
  return fillOnRequest(EFFECTS, function* () {
    for (const { scores: { id, negation, segment, d }, traced } of rows) {
      const { roles, heads } = traced;
      for (const direction of DIRECTIONS) {
        for (const [i, known] of (traced.effects[direction] ?? []).entries()) {
          const position = i % roles.length;
          const effect = known ?? undefined;
          const cte = effect === undefined || d === 0 ? undefined : effect / d;
          const place = placeAt(Math.floor(i / roles.length), { site, heads });
          const where = { site, direction, ...place, position, role: roles[position]! };
          yield { id, negation, segment, ...where, effect, cte };
        }
      }
    }
  });
}

/** The layer and, at site `z`, the head of a place among those that were traced. */
function placeAt(place: number, { site, heads }: { readonly site: Site; readonly heads: number }) {
  return {
    layer: firstLayer(site) + Math.floor(place / heads),
    head: site === "z" ? place % heads + 1 : undefined,
  };
}

/**
 * trace.csv: effects averaged over the rows of each side and segment. `subject_further` is averaged over all its tokens in all rows of the
 * group; every other role over a row's tokens first, then over rows.
 */
export function* traceSummarySteps(
  rows: readonly TracedScores[],
  { site, seed, cluster, segments }: StatisticsOptions & {
    readonly site: Site;
    /** The segments that were traced, including those without rows. */
    readonly segments: readonly Segment[];
  },
): Steps<Table<TraceRow>> {
  const made: TraceRow[] = [];
  const isWhole = SEGMENTS.every((segment) => segments.includes(segment)); // without a segment it would be no side
  for (const negation of NEGATIONS) {
    const side = SEGMENTS.flatMap((segment) =>
      rows.filter(({ scores }) => scores.negation === negation && scores.segment === segment)
    );
    for (const segment of [...SEGMENTS, ...isWhole ? ["all" as const] : []]) {
      const group = side.filter(({ scores }) => segment === "all" || scores.segment === segment);
      for (const { direction, rows } of byDirection(group)) {
        made.push(...yield* groupMeans(rows, { negation, segment, site, direction }, seed));
      }
    }
  }
  if (isWhole && new Set(made.map(({ negation }) => negation)).size === NEGATIONS.length) {
    using matched = yield* matchedSteps(rows.map(({ scores }) => scores), { seed, cluster });
    for (const { direction, rows: ofBoth } of byDirection(rows)) {
      made.push(...yield* bothMeans(ofBoth, matched, { site, direction }));
    }
  }
  return fillTable(TRACE, made);
}

/** The rows with effects in each direction that was measured, and with the differences of both. */
function byDirection(group: readonly TracedScores[]) {
  const differences = group.flatMap((row): TracedScores[] => {
    const { denoise, noise } = row.traced.effects;
    if (denoise === undefined || noise === undefined) return [];
    const difference = denoise.map((effect, i) => effect === null ? null : effect - noise[i]!);
    return [{ ...row, traced: { ...row.traced, effects: { difference } } }];
  });
  return ([...DIRECTIONS, "difference"] as const).map((direction) => ({
    direction,
    rows: (direction === "difference" ? differences : group).filter(({ traced }) =>
      traced.effects[direction] !== undefined
    ),
  })).filter(({ rows }) => rows.length > 0);
}

/** The means of each cell over the rows of a group. */
function* groupMeans(
  group: readonly TracedScores[],
  of: Pick<TraceRow, "negation" | "segment" | "site" | "direction">,
  seed: number,
): Steps<TraceRow[]> {
  using bootstrap = new ClusterBootstrap(group.map(({ cluster }) => cluster), { seed });
  yield* bootstrap.draw();
  const d = Float64Array.from(group, ({ scores }) => scores.d);
  const ratios = new SimultaneousRatios(bootstrap);
  const made: (() => TraceRow)[] = [];
  for (const { keys, rows, effect, weight } of cellsOf(group, of)) {
    yield;
    const isRounding = effect.every((sum, row) => Math.abs(sum) <= SCORE_NOISE * weight[row]!);
    const effects = isRounding ? new Float64Array(effect.length) : effect;
    const ds = bootstrap.kept(weight.map((value, row) => value * d[row]!));
    const cte = ratios.add(
      effects.map((sum, row) => d[row] === 0 ? 0 : sum / d[row]!),
      bootstrap.kept(weight.map((value, row) => d[row] === 0 ? 0 : value)),
    );
    const isKnown = isDetermined(bootstrap.ratio(ds, bootstrap.kept(weight)), ds);
    const ratio = isKnown ? bootstrap.ratio(effects, ds) : withoutBounds(undefined);
    const meanEffect = bootstrap.ratio(effects, weight);
    made.push(() => ({
      ...{ ...of, ...keys, n: keys.role === BY_TOKEN.role ? group.length : rows },
      ...CTE.cells(of.segment === "all" ? withoutBounds(undefined) : cte), // rows whose d is near 0 would decide it
      ...RATIO.cells(ratio),
      ...EFFECT.cells(meanEffect),
      ...ALPHA.cells(withoutBounds(undefined)),
    }));
  }
  return made.map((row) => row());
}

/** The effects on gamma and alpha, of a row the mean over its tokens of the role. */
function* bothMeans(
  rows: readonly TracedScores[],
  matched: MatchedRows,
  of: Pick<TraceRow, "site" | "direction">,
): Steps<TraceRow[]> {
  const both = new EffectsOnBoth(matched, rows.map(({ scores }) => scores.d));
  const made: (() => TraceRow)[] = [];
  for (const { keys, effect, weight } of cellsOf(rows, of)) {
    yield;
    if (weight.every((one) => one === 0)) continue;
    const { simultaneous, ...own } = both.add((row) =>
      weight[row] === 0 ? undefined : effect[row]! / weight[row]!
    );
    made.push(() => ({
      ...{ negation: "both", segment: "all", ...of, ...keys, n: own.n },
      ...CTE.cells({ ...withoutBounds(undefined), simultaneous: () => simultaneous().share }),
      ...RATIO.cells(own.share),
      ...EFFECT.cells(own),
      ...ALPHA.cells({ ...own.alpha, simultaneous: () => simultaneous().alpha }),
    }));
  }
  return made.map((row) => row());
}

/** The sums of each role that is present at each place. */
function* cellsOf(
  group: readonly TracedScores[],
  { site, direction }: Pick<TraceRow, "site" | "direction">,
) {
  const traced = group.map((row) => row.traced);
  const present = new Set(traced.flatMap(({ roles }) => roles));
  if (present.has("subject_first")) present.add("subject_further"); // with weight 0 if no row has such a token
  const { heads, effects, roles } = traced[0]!;
  const places = effects[direction]!.length / roles.length;
  for (let place = 0; place < places; place++) {
    for (const role of ROLES.filter((role) => present.has(role))) {
      const keys = { ...placeAt(place, { site, heads }), role };
      yield { keys, ...roleSums(traced, { direction, place, role }) };
    }
  }
}

/** Sums the effects of a role at a place with their weights, and counts the rows that have the role. */
function roleSums(
  traced: readonly TracedRow[],
  { direction, place, role }: Pick<TraceRow, "direction" | "role"> & { readonly place: number },
) {
  const effect = new Float64Array(traced.length);
  const weight = new Float64Array(traced.length);
  let rows = 0;
  for (const [row, { roles, effects }] of traced.entries()) {
    if (!roles.includes(role)) continue;
    rows++;
    const first = place * roles.length;
    const known = roles.flatMap((given, position) =>
      given === role ? effects[direction]![first + position] ?? [] : []
    );
    const share = role === BY_TOKEN.role ? 1 : 1 / known.length;
    for (const value of known) {
      effect[row]! += share * value;
      weight[row]! += share;
    }
  }
  return { effect, weight, rows };
}
