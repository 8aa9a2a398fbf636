/** Scores of all rows, and how two sets of scores differ. */

import { type Negation, NEGATIONS_AND_ALL } from "../data/pairs.ts";
import { NegscopeError, printsItself } from "../errors/errors.ts";
import { ClusterBootstrap } from "../stats/bootstrap.ts";
import { mean } from "../stats/columns.ts";
import { meanEffect } from "./effects/means.ts";
import { rightness } from "./effects/noise.ts";
import { clusterOf, type StatisticsOptions } from "./clusters.ts";
import { type EvaluateRow, evaluateTable } from "./rows/score_rows.ts";
import { type Row, showsItself, type Table } from "../tables/table.ts";
import { textTable } from "../tables/text_table.ts";
import { type ChangedSentences, changedText } from "./sentences/changed_scores.ts";

/**
 * How two sets of scores differ on one side, or over `all` rows: mean d in logits and the share of rows with d > 0, of which ties count one half,
 * under the change and before it, and the mean change of d with the bounds of its 95 % interval.
 */
export type ScoreChangeRow = Row<
  { negation: Negation | "all" },
  "n",
  "mean_d" | "mean_d_before" | "change" | "low" | "high" | "accuracy" | "accuracy_before"
>;

const CHANGE_COLUMNS = [
  ...["negation", "n", "mean_d", "mean_d_before", "change", "low", "high"] as const,
  ...["accuracy", "accuracy_before"] as const,
];

/** Scores of all rows of a study, with or without a change to the model. */
export class Scores {
  /** The scores in the order of the rows. */
  readonly rows: readonly EvaluateRow[];
  /** For each row, which of its sentences an intervention changed. */
  readonly changed: readonly ChangedSentences[];
  readonly #options: StatisticsOptions;

  /** Made by `Study.score`. */
  constructor(
    rows: readonly EvaluateRow[],
    { changed = rows.map(() => "none"), ...options }: StatisticsOptions & {
      readonly changed?: readonly ChangedSentences[];
    },
  ) {
    this.rows = rows;
    this.changed = changed;
    this.#options = options;
  }

  /** evaluate.csv. */
  get table(): Table<EvaluateRow> {
    return evaluateTable(this.rows);
  }

  /**
   * Compares these scores with others of the same rows: means by negated side, with 95 % intervals that resample clusters.
   *
   * @param before The other scores, such as those of the unchanged model.
   * @throws {NegscopeError} If the two are not of the same rows in the same order.
   */
  compare(before: Scores): Table<ScoreChangeRow> {
    this.#checkSameRows(before);
    const sides = this.#places().map(({ negation, places }): ScoreChangeRow => {
      const own = places.map((row) => this.rows[row]!);
      const other = places.map((row) => before.rows[row]!);
      const { seed, cluster } = this.#options;
      const bootstrap = new ClusterBootstrap(own.map((row) => clusterOf(row, cluster)), { seed });
      const change = meanEffect(bootstrap, own.map(({ d }, i) => d - other[i]!.d));
      const mean = (values: readonly number[]) => bootstrap.mean(values).estimate;
      return {
        negation,
        n: own.length,
        mean_d: mean(own.map(({ d }) => d)),
        mean_d_before: mean(other.map(({ d }) => d)),
        change: change.estimate,
        low: change.low,
        high: change.high,
        accuracy: mean(own.map(({ d }) => rightness(d))),
        accuracy_before: mean(other.map(({ d }) => rightness(d))),
      };
    });
    return showsItself({ name: "score_changes", columns: CHANGE_COLUMNS, rows: sides });
  }

  /** How many rows there are, and which of their sentences were changed. */
  get heading(): string {
    const { length } = this.rows;
    return `Scores of ${length} ${length === 1 ? "row" : "rows"}; ${changedText(this.changed)}`;
  }

  /** Mean d and accuracy by negated side. */
  get sides(): Table<Row<{ negation: Negation | "all" }, "n" | "mean_d" | "accuracy">> {
    const rows = this.#places().filter(({ places }) => places.length > 0).map((side) => {
      const d = side.places.map((row) => this.rows[row]!.d);
      const accuracy = mean(d.map((of) => rightness(of)))!;
      return { negation: side.negation, n: d.length, mean_d: mean(d)!, accuracy };
    });
    return showsItself({ name: "scores", columns: ["negation", "n", "mean_d", "accuracy"], rows });
  }

  /** Its heading and its sides. */
  toString(): string {
    return `${this.heading}\n${textTable(this.sides)}`.trimEnd();
  }

  #places(): { readonly negation: Negation | "all"; readonly places: readonly number[] }[] {
    return NEGATIONS_AND_ALL.map((negation) => ({
      negation,
      places: [...this.rows.keys()].filter((row) =>
        negation === "all" || this.rows[row]!.negation === negation
      ),
    }));
  }

  #checkSameRows(other: Scores): void {
    if (!(other instanceof Scores)) {
      throw new NegscopeError("not-comparable", {
        problem: "Cannot compare with something other than scores",
        expected: "what `score()` of a study gives",
      });
    }
    const places = [...Array(Math.max(this.rows.length, other.rows.length)).keys()];
    const textsOf = ({ rows }: Scores) =>
      rows.map(({ id, image, caption, foil }) => `"${id}" ("${caption}", "${foil}", "${image}")`);
    const [own, others] = [textsOf(this), textsOf(other)];
    const place = places.find((place) => own[place] !== others[place]);
    if (place === undefined) return;
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare scores of different rows",
      subject: place,
      reason: `row ${place} is ${own[place] ?? "missing"} in one and ${
        others[place] ?? "missing"
      } in the other`,
      fix: "compare scores of one study",
    });
  }
}

printsItself(Scores.prototype);
