/** Scores of all rows, and how two sets of scores differ. */

import { type Negation, NEGATIONS_AND_ALL } from "../data/pairs.ts";
import { NegscopeError, visibleText } from "../errors.ts";
import { ClusterBootstrap } from "../stats/bootstrap.ts";
import { N, numberOrNone } from "./columns.ts";
import { estimate } from "./effects/estimate_columns.ts";
import { meanEffect } from "./effects/means.ts";
import { rightness } from "./effects/noise.ts";
import { type ClusterBy, clusterOf } from "./clusters.ts";
import { type EvaluateRow, evaluateTable } from "./rows/score_rows.ts";
import { fillTable, key, type Row, type Table, table, text } from "../tables/table.ts";
import { textTable } from "../tables/text_table.ts";
import {
  changedOf,
  type ChangedSentences,
  changedText,
  isAmong,
} from "./sentences/changed_scores.ts";

const CHANGED = "of the pairs that interventions changed";

const CHANGE = estimate("change", "", "logit", "Mean over rows of the change of d.");

/** How two sets of scores differ. */
export const SCORE_CHANGES = table(
  "score_changes",
  "One row for each negated side, and one for `all` rows: scores under a change beside the scores before it.",
  {
    negation: key(text<Negation | "all">("The side, or `all` rows.")),
    n: N,
    mean_d: numberOrNone("logit", "Mean d under the change."),
    mean_d_before: numberOrNone("logit", "Mean d before the change."),
    ...CHANGE.columns,
    accuracy: numberOrNone(
      "share",
      "Share of rows with d > 0 under the change; ties count one half.",
    ),
    accuracy_before: numberOrNone("share", "The same before the change."),
    sentences: text<ChangedSentences>(
      `The sentences ${CHANGED}: \`both\`, \`negated\`, \`affirmative\` or \`none\`.`,
    ),
    sentences_before: text<ChangedSentences>(
      `The sentences ${CHANGED} in the scores before: \`none\` of the unchanged model.`,
    ),
  },
);

/** How two sets of scores differ on one side. */
export type ScoreChangeRow = Row<
  { negation: Negation | "all"; sentences: ChangedSentences; sentences_before: ChangedSentences },
  "n",
  "mean_d" | "mean_d_before" | "change" | "low" | "high" | "accuracy" | "accuracy_before"
>;

/** Scores of all rows of a study, with or without a change to the model. */
export class Scores {
  /** The scores in the order of the rows. */
  readonly rows: readonly EvaluateRow[];
  /** For each row, which of its sentences an intervention changed. */
  readonly changed: readonly ChangedSentences[];
  readonly #seed: number;
  readonly #cluster: ClusterBy | undefined;

  /** Made by `Study.score`. */
  constructor(
    rows: readonly EvaluateRow[],
    { seed, cluster, changed = rows.map(() => "none") }: {
      readonly seed: number;
      readonly cluster?: ClusterBy | undefined;
      readonly changed?: readonly ChangedSentences[];
    },
  ) {
    this.rows = rows;
    this.changed = changed;
    this.#seed = seed;
    this.#cluster = cluster;
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
      const clusters = own.map((row) => clusterOf(row, this.#cluster));
      const bootstrap = new ClusterBootstrap(clusters, { seed: this.#seed });
      const change = meanEffect(bootstrap, own.map(({ d }, i) => d - other[i]!.d));
      const mean = (values: readonly number[]) => bootstrap.mean(values).estimate;
      return {
        negation,
        n: own.length,
        mean_d: mean(own.map(({ d }) => d)),
        mean_d_before: mean(other.map(({ d }) => d)),
        ...CHANGE.cells(change),
        accuracy: mean(own.map(({ d }) => rightness(d))),
        accuracy_before: mean(other.map(({ d }) => rightness(d))),
        sentences: changedIn(this.changed, places),
        sentences_before: changedIn(before.changed, places),
      };
    });
    return fillTable(SCORE_CHANGES, sides);
  }

  /** How many rows there are, and which of their sentences were changed. */
  get heading(): string {
    const { length } = this.rows;
    return `Scores of ${length} ${length === 1 ? "row" : "rows"}; ${changedText(this.changed)}`;
  }

  /** Mean d and accuracy by negated side. */
  get sides(): Table<{
    readonly negation: Negation | "all";
    readonly n: number;
    readonly mean_d: number;
    readonly accuracy: number;
  }> {
    const rows = this.#places().filter(({ places }) => places.length > 0).map((side) => {
      const { negation, places: { length: n } } = side;
      const mean = (valueOf: (row: EvaluateRow) => number) =>
        side.places.reduce((sum, row) => sum + valueOf(this.rows[row]!), 0) / n;
      return { negation, n, mean_d: mean(({ d }) => d), accuracy: mean(({ d }) => rightness(d)) };
    });
    return { name: "scores", columns: ["negation", "n", "mean_d", "accuracy"], rows };
  }

  /** Its heading and its sides. */
  toString(): string {
    return `${this.heading}\n${textTable(this.sides)}`.trimEnd();
  }

  /** The text that a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }

  /** The rows of each negated side, and all rows. */
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
    const [own, others] = [this.rows, other.rows].map((rows) =>
      places.map((place) => rows[place] && rowText(rows[place]))
    );
    const place = places.find((place) => own![place] !== others![place]);
    if (place === undefined) return;
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare scores of different rows",
      subject: place,
      reason: `row ${place} is ${own![place] ?? "missing"} in one and ${
        others![place] ?? "missing"
      } in the other`,
      fix: "compare scores of one study",
    });
  }
}

function changedIn(
  changed: readonly ChangedSentences[],
  places: readonly number[],
): ChangedSentences {
  const of = (sentence: "negated" | "affirmative") =>
    places.some((row) => isAmong(sentence, changed[row]!));
  return changedOf(of("negated"), of("affirmative"));
}

function rowText({ id, image, caption, foil }: EvaluateRow): string {
  return `"${id}" ("${caption}", "${foil}", "${image}")`;
}
