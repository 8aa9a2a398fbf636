/** The small tables of a model's README, made from its profile. */

import { type Negation, NEGATIONS } from "../../../lib/data/pairs.ts";
import type { HeadRow } from "../../../lib/experiments/attend/tables.ts";
import type { TraceRow } from "../../../lib/experiments/trace/trace_summary.ts";
import type { SummaryRow } from "../../../lib/study/evaluate/summary.ts";
import type { Table } from "../../../lib/tables/table.ts";
import type { Profile } from "./profile.ts";

/** A row of seeds.csv: columns of summary.csv for one side of the held-out rows, and Pearson's r of the subject's size and d, for one seed of the recipe. */
export type SeedRow =
  & Pick<
    SummaryRow,
    "n" | "accuracy" | "correct" | "ambiguous" | "incorrect" | "mean_d" | "sd_d"
  >
  & {
    readonly seed: number;
    readonly negation: Negation;
    readonly size_r: number | undefined;
  };

/** A row of map.csv: the role with the largest mean effect at one layer, over the correct rows. */
export type MapPeakRow = Pick<TraceRow, "negation" | "layer" | "role"> & { readonly cte: number };

/** A row of heads.csv: one of the most selective heads. */
export type TopHeadRow = Pick<HeadRow, "negation" | "layer" | "head" | "selectivity">;

/** The number of heads listed for each side. */
const TOP_HEADS = 5;

/** Makes the rows with accuracy, segments and size correlation of each side. */
export function seedRows({ summary, correlations }: Profile, seed: number): SeedRow[] {
  return NEGATIONS.map((negation) => {
    const { n, accuracy, correct, ambiguous, incorrect, mean_d, sd_d } = summary.rows.find((row) =>
      row.negation === negation
    )!;
    const size = correlations.rows.find((row) =>
      row.negation === negation && row.feature === "subject_size"
    );
    const size_r = size?.r;
    return { seed, negation, n, accuracy, correct, ambiguous, incorrect, mean_d, sd_d, size_r };
  });
}

/** Finds the role with the largest mean effect, of either sign, at each layer, over the correct rows of each side. */
export function mapPeaks({ trace }: Profile): Table<MapPeakRow> {
  const correct = trace.rows.filter(({ segment, cte }) =>
    segment === "correct" && cte !== undefined
  );
  const cells = Map.groupBy(correct, ({ negation, layer }) => `${negation},${layer}`);
  return {
    name: "map",
    columns: ["negation", "layer", "role", "cte"],
    rows: [...cells.values()].map((cell) => {
      const { negation, layer, role, cte } = cell.reduce((best, row) =>
        Math.abs(row.cte!) > Math.abs(best.cte!) ? row : best
      );
      return { negation, layer, role, cte: cte! };
    }),
  };
}

/** Lists the most selective heads of each side. */
export function topHeads({ heads }: Profile): Table<TopHeadRow> {
  return {
    name: "heads",
    columns: ["negation", "layer", "head", "selectivity"],
    rows: [...Map.groupBy(heads.rows, ({ negation }) => negation).values()].flatMap((side) =>
      side.toSorted((a, b) => b.selectivity! - a.selectivity!).slice(0, TOP_HEADS)
        .map(({ negation, layer, head, selectivity }) => ({ negation, layer, head, selectivity }))
    ),
  };
}

/** Makes the table of all seeds. */
export function seedTable(rows: readonly SeedRow[]): Table<SeedRow> {
  return {
    name: "seeds",
    columns: [
      ...["seed", "negation", "n", "accuracy", "correct", "ambiguous", "incorrect"] as const,
      ...["mean_d", "sd_d", "size_r"] as const,
    ],
    rows,
  };
}
