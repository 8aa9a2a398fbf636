/** The small tables of a model's README, made from its profile. */

import { type Negation, NEGATIONS } from "../../../lib/data/pairs.ts";
import type { Role } from "../../../lib/data/roles.ts";
import type { Table } from "../../../lib/tables/table.ts";
import type { Profile } from "./profile.ts";

/** A row of seeds.csv: one side of the held-out rows, for one seed of the recipe. */
export interface SeedRow {
  /** The seed; the shipped model is the first. */
  readonly seed: number;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** Number of rows. */
  readonly n: number;
  /** Share of rows with d > 0. */
  readonly accuracy: number | undefined;
  /** Rows with d >= 1. */
  readonly correct: number;
  /** Rows with -1 <= d < 1. */
  readonly ambiguous: number;
  /** Rows with d < -1. */
  readonly incorrect: number;
  /** Mean of d. */
  readonly mean_d: number | undefined;
  /** Sample standard deviation of d. */
  readonly sd_d: number | undefined;
  /** Pearson's r of the subject's size and d. */
  readonly size_r: number | undefined;
}

/** A row of map.csv: the role with the largest mean effect at one layer. */
export interface MapPeakRow {
  /** Which sentence is negated; correct rows only. */
  readonly negation: Negation;
  /** 0 for the embeddings, else the block's number from 1. */
  readonly layer: number;
  /** The role. */
  readonly role: Role;
  /** Its mean CTE. */
  readonly cte: number;
}

/** A row of heads.csv: one of the most selective heads. */
export interface TopHeadRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
  /** Mean of the rows' largest differences. */
  readonly selectivity: number | undefined;
}

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
      "seed",
      "negation",
      "n",
      "accuracy",
      "correct",
      "ambiguous",
      "incorrect",
      "mean_d",
      "sd_d",
      "size_r",
    ],
    rows,
  };
}
