/** Averages of causal-tracing effects by layer and role, and each row's largest effects. */

import {
  HEAD_AT_Z,
  high,
  ID,
  LAYER_OR_EMBEDDING,
  low,
  NEGATION,
  numberOrNone,
  ROLE,
  SEGMENT,
} from "../../subject/columns.ts";
import { count, fillTable, number, type RowOf, table, text } from "../../tables/schema.ts";
import { type EffectRow, SITE } from "./effects.ts";
import { type Role, ROLES } from "../../data/roles.ts";
import type { Table } from "../../tables/table.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { type Segment, SEGMENTS } from "../../subject/score.ts";
import type { Negation } from "../../data/pairs.ts";
import type { Site } from "../sweep/trace_cells.ts";

/** trace.csv. */
export const TRACE = table("trace", "Means of effects.csv over the rows of a side and segment.", {
  negation: NEGATION,
  segment: SEGMENT,
  site: SITE,
  layer: LAYER_OR_EMBEDDING,
  head: HEAD_AT_Z,
  role: ROLE,
  n: count(
    "Number of rows: for `subject_further` all rows of the group, as published; for other roles the rows that have the role.",
    "rows",
  ),
  weight: count(
    "Number of averaged values: for `subject_further` the tokens with an effect; for other roles the rows with an effect.",
  ),
  cte: numberOrNone(
    "",
    "Mean CTE: for `subject_further` over tokens; for other roles over rows, after a mean over each row's tokens.",
  ),
  cte_low: low(""),
  cte_high: high(""),
  ratio_of_means: numberOrNone(
    "",
    "Sum of effects divided by sum of d, with the weights of the mean; stable even if some d are near 0.",
  ),
});

/** A row of trace.csv: the mean effect of a role at a layer in a group of rows. */
export type TraceRow = RowOf<typeof TRACE>;

/** peaks.csv. */
export const PEAKS = table(
  "peaks",
  "The role with the largest effect: one row for each traced row and layer.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    layer: LAYER_OR_EMBEDDING,
    role: text<Role>(
      "The role with the largest CTE; a role's CTE is the mean over its tokens and, at site `z`, the largest over heads. Ties go to the earlier role.",
    ),
    cte: number("", "The CTE of that role."),
  },
);

/** A row of peaks.csv: the role with the largest CTE of one row at one layer. */
export type PeakRow = RowOf<typeof PEAKS>;

/** What the averages are computed from besides the effects. */
export interface TraceSummaryOptions {
  /** d of every traced row, by the row's id. */
  readonly d: ReadonlyMap<string, number>;
  /** The sentence pair of every traced row, by the row's id; intervals resample sentence pairs. */
  readonly clusters: ReadonlyMap<string, string>;
  /** The seed for the intervals. */
  readonly seed: number;
}

/** What is summed for a role in a cell, by the row's place in its group. */
interface RoleSums {
  /** Effects of the row's tokens, plus 1 if it has a token of the role: 0 for none. */
  readonly tokens: Uint16Array;
  readonly cte: Float64Array;
  readonly weight: Float64Array;
  effect: number;
  d: number;
}

/** Rows of one side and segment. */
interface Group {
  readonly site: Site;
  readonly negation: Negation;
  readonly segment: Segment;
  /** The place of each row of the data. */
  readonly places: Map<string, number>;
  readonly present: Set<Role>;
  /** The roles' sums by layer and head, in the order of their first effect. */
  readonly cells: Map<number, Map<number | undefined, Map<Role, RoleSums>>>;
}

/**
 * Averages effects over the rows of each negation side and segment.
 *
 * `subject_further` is averaged over all its tokens in all rows of the group; every other role is averaged over a row's tokens
 * first, then over rows. The ratio of means is the sum of effects divided by the sum of d, both with these weights.
 *
 * @param effects Rows of effects.csv; they are walked several times, and only sums are kept.
 * @param options d, sentence pairs and the seed.
 * @returns trace.csv: foil-negated groups first as in the paper, then by segment, layer, head and role.
 */
export function summarizeTrace(
  effects: Iterable<EffectRow>,
  options: TraceSummaryOptions,
): Table<TraceRow> {
  const groups = sumEffects(effects, options.d);
  const rows = (["foil", "caption"] as const).flatMap((negation) =>
    SEGMENTS.flatMap((segment) => {
      const group = groups.get(`${negation},${segment}`);
      return group === undefined ? [] : summarizeGroup(group, options);
    })
  );
  return fillTable(TRACE, rows);
}

/** Sums the effects of every group: first its rows and roles are found, then tokens are counted, then effects are added. */
function sumEffects(
  effects: Iterable<EffectRow>,
  d: ReadonlyMap<string, number>,
): Map<string, Group> {
  const groups = new Map<string, Group>();
  const groupOf = ({ negation, segment }: EffectRow) => groups.get(`${negation},${segment}`);
  for (const row of effects) {
    const { site, negation, segment, id, role } = row;
    const group = groupOf(row) ??
      { site, negation, segment, places: new Map(), present: new Set<Role>(), cells: new Map() };
    if (group.places.size === 0) groups.set(`${negation},${segment}`, group);
    if (!group.places.has(id)) group.places.set(id, group.places.size);
    group.present.add(role);
  }
  for (const row of effects) {
    const group = groupOf(row)!;
    const { tokens } = sumsOf(group, row);
    const place = group.places.get(row.id)!;
    if (tokens[place] === 0) tokens[place] = 1;
    if (row.effect !== undefined) tokens[place]!++;
  }
  for (const row of effects) {
    if (row.effect === undefined) continue;
    const group = groupOf(row)!;
    const sums = sumsOf(group, row);
    const place = group.places.get(row.id)!;
    const weight = isByToken(row.role) ? 1 : 1 / (sums.tokens[place]! - 1);
    sums.effect += weight * row.effect;
    sums.d += weight * d.get(row.id)!;
    if (row.cte === undefined) continue; // d = 0
    sums.cte[place]! += weight * row.cte;
    sums.weight[place]! += weight;
  }
  return groups;
}

/** As in the paper, all further tokens count equally; for other roles, all rows do. */
function isByToken(role: Role): boolean {
  return role === "subject_further";
}

function sumsOf({ cells, places }: Group, { layer, head, role }: EffectRow): RoleSums {
  const byHead = entry(cells, layer, () => new Map());
  return entry(entry(byHead, head, () => new Map()), role, () => emptySums(places.size));
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function emptySums(rows: number): RoleSums {
  return {
    tokens: new Uint16Array(rows),
    ...{ cte: new Float64Array(rows), weight: new Float64Array(rows) },
    ...{ effect: 0, d: 0 },
  };
}

function summarizeGroup(
  { site, negation, segment, places, present, cells }: Group,
  { clusters, seed }: TraceSummaryOptions,
): TraceRow[] {
  const n = places.size;
  const bootstrap = new ClusterBootstrap([...places.keys()].map((id) => clusters.get(id)!), {
    seed,
  });
  if (present.has("subject_first")) present.add("subject_further"); // with weight 0 if no row has such a token
  const roles = ROLES.filter((role) => present.has(role));
  return [...cells].flatMap(([layer, byHead]) =>
    [...byHead].flatMap(([head, ofRole]) =>
      roles.map((role): TraceRow => {
        const sums = ofRole.get(role) ?? emptySums(n);
        const { estimate, low, high } = bootstrap.ratio(sums.cte, sums.weight);
        const counted = countTokens(sums.tokens);
        return {
          ...{ negation, segment, site, layer, head, role },
          n: isByToken(role) ? n : counted.rows,
          weight: isByToken(role) ? counted.effects : counted.rowsWithEffect,
          ...{ cte: estimate, cte_low: low, cte_high: high },
          ratio_of_means: sums.d === 0 ? undefined : sums.effect / sums.d,
        };
      })
    )
  );
}

function countTokens(tokens: Uint16Array) {
  const counted = { rows: 0, rowsWithEffect: 0, effects: 0 };
  for (const own of tokens) {
    if (own > 0) counted.rows++;
    if (own > 1) counted.rowsWithEffect++;
    if (own > 1) counted.effects += own - 1;
  }
  return counted;
}

/**
 * Finds the role with the largest CTE for every row and layer; ties go to the earlier role.
 *
 * @param effects Rows of effects.csv, those of a row of the data one after the other.
 * @returns peaks.csv in the order of the effects' rows, then by layer.
 */
export function findPeaks(effects: Iterable<EffectRow>): Table<PeakRow> {
  const peaks: PeakRow[] = [];
  let own: EffectRow[] = [];
  for (const row of effects) {
    if (own.length > 0 && own[0]!.id !== row.id) {
      addPeaks(own, peaks);
      own = [];
    }
    own.push(row);
  }
  addPeaks(own, peaks);
  return fillTable(PEAKS, peaks);
}

/** Adds the peak of each layer of a row of the data. */
function addPeaks(effects: readonly EffectRow[], peaks: PeakRow[]): void {
  for (const own of Map.groupBy(effects, ({ layer }) => layer).values()) {
    const { id, negation, segment, layer } = own[0]!;
    const byRole = ROLES.flatMap((role) => {
      const heads = Map.groupBy(own.filter((row) => row.role === role), ({ head }) => head);
      const means = [...heads.values()].flatMap(meanCte);
      return means.length === 0 ? [] : [{ role, cte: Math.max(...means) }];
    });
    if (byRole.length === 0) continue;
    const peak = byRole.reduce((best, next) => next.cte > best.cte ? next : best);
    peaks.push({ id, negation, segment, layer, ...peak });
  }
}

/** The mean CTE of those of some tokens that have one. */
function meanCte(tokens: readonly EffectRow[]): number[] {
  const values = tokens.flatMap(({ cte }) => cte ?? []);
  return values.length === 0 ? [] : [values.reduce((sum, x) => sum + x, 0) / values.length];
}
