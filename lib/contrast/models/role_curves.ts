/** Which share of d the negator, the end token and the tokens between them hold at each layer, and where negation reaches the end token. */

import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { mean } from "../../stats/columns.ts";
import { signOfD, sizeOfD } from "../../study/effects/noise.ts";
import type { CsvRow } from "../../tables/csv.ts";
import type { ScoredRow } from "../runs/rows_of_run.ts";

export const CURVES = ["negator", "between", "eot"] as const;

export type Curve = typeof CURVES[number];

/** What the tokens hold of d. */
export interface RoleCurves {
  /** By layer, from 0 for the embeddings. */
  readonly shares: Readonly<Record<Curve, readonly Estimate[]>>;
  /** The layer at which the end token gains most. */
  readonly eotLayer: Estimate;
}

/** The curve of a role; undefined for one before the negator. */
function curveOf(role: string): Curve | undefined {
  if (role === "negator" || role === "inserted") return "negator";
  if (role === "eot" || role === "pooled") return "eot";
  return ["sot", "there", "is_are", "before"].includes(role) ? undefined : "between";
}

/**
 * Computes the curves over all rows, of both sides.
 *
 * @param lines What each role of a row holds at a layer, in logits: lines of shares.csv, or of effects.csv, whose tokens of a role count with their
 * mean.
 * @param column The column of the effect.
 */
export function roleCurves(
  rows: readonly ScoredRow[],
  lines: readonly CsvRow[],
  column: string,
): RoleCurves | undefined {
  const ofRow = Map.groupBy(lines, (line) => line.text("id"));
  const used = rows.filter(({ id }) => ofRow.has(id));
  const layers = Math.max(-1, ...lines.map((line) => line.count("layer")));
  if (used.length === 0 || layers < 1) return undefined;
  const zeros = () => Array.from({ length: layers + 1 }, () => new Float64Array(used.length));
  const sums = { negator: zeros(), between: zeros(), eot: zeros() };
  for (const [place, { id, d }] of used.entries()) {
    const cells = Map.groupBy(
      ofRow.get(id)!,
      (line) => `${line.count("layer")} ${line.text("role")}`,
    );
    for (const tokens of cells.values()) {
      const curve = curveOf(tokens[0]!.text("role"));
      const effect = mean(tokens.flatMap((line) => line.number(column) ?? []));
      if (curve === undefined || effect === undefined) continue;
      sums[curve][tokens[0]!.count("layer")]![place]! += signOfD(d) * effect;
    }
  }
  using bootstrap = new ClusterBootstrap(used.map(({ cluster }) => cluster), { seed: 0 });
  const weights = bootstrap.kept(Float64Array.from(used, ({ d }) => sizeOfD(d)));
  const sharesOf = (curve: Curve) => sums[curve].map((sum) => bootstrap.ratio(sum, weights));
  const shares = {
    negator: sharesOf("negator"),
    between: sharesOf("between"),
    eot: sharesOf("eot"),
  };
  const { estimate, low, high } = bootstrap.sums(sums.eot)(largestStep, { weights });
  const eotLayer = {
    estimate: weights.some((weight) => weight > 0) ? estimate : undefined,
    low: low && Math.floor(low),
    high: high && Math.ceil(high),
  };
  return { shares, eotLayer };
}

/** The place at which values rise most from the one before. */
function largestStep(values: readonly number[]): number {
  let most = 1;
  for (let at = 2; at < values.length; at++) {
    if (values[at]! - values[at - 1]! > values[most]! - values[most - 1]!) most = at;
  }
  return most;
}
