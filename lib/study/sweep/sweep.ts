/** What a list of changed runs does to every row of a study. */

import { NegscopeError, visibleText } from "../../errors.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import {
  type ChangedRun,
  checkInterventions,
  type Intervention,
} from "../../hooks/interventions.ts";
import { PLACE_KEYS } from "../../hooks/selection.ts";
import { finish } from "../../stats/steps.ts";
import type { StatisticsOptions } from "../clusters.ts";
import { D, ID, N, NEGATION, numberOrNone, SEGMENT, SEGMENT_OR_ALL } from "../columns.ts";
import { meanEffects } from "../effects/mean_effects.ts";
import { effect, type EffectNames } from "../effects/estimate_columns.ts";
import { effectOnD, lostOfD } from "../effects/noise.ts";
import type { EvaluateRow, Segment } from "../rows/score_rows.ts";
import { fillTable, key, type Row, type Table, table, text } from "../../tables/table.ts";
import { textTable } from "../../tables/text_table.ts";
import type { Negation } from "../../data/pairs.ts";

/** A run of a sweep: in a study `of` is `negated` or `affirmative`, and positions may be roles. */
export interface SweepRun extends ChangedRun {
  /** What the tables call it. @default {its place in the list, from 1} */
  readonly name?: string;
}

const RUN = key(text("The run's name, or its place in the list, from 1."));
const ROLE = text("The roles or positions that its changes name; `all` if they name none.");

const SWEEP = table("sweep", "One row for each row of the data and run.", {
  id: ID,
  negation: NEGATION,
  segment: SEGMENT,
  run: RUN,
  role: ROLE,
  s: numberOrNone("logit", "S of the changed sentence; empty if it has no token of a role."),
  d: D,
  effect: numberOrNone(
    "logit",
    "d minus d with the changed sentence in place of its unchanged one: what an affirmative sentence gains of d, or a negated one loses. Exactly 0 where the change must change nothing, and exactly d where it must turn one sentence into the other.",
  ),
  share: numberOrNone("", "effect / d."),
});

/** A row of the data with a run. */
export type SweepRow = Row<
  { id: string; negation: Negation; segment: Segment; run: string; role: string },
  "d",
  "s" | "effect" | "share"
>;

const EFFECT = effect("mean_effect", "", "Mean effect.");

const SWEEP_SUMMARY = table("sweep_summary", "One row for each run and group of rows.", {
  negation: NEGATION,
  segment: SEGMENT_OR_ALL,
  run: RUN,
  role: ROLE,
  n: N,
  ...EFFECT.columns,
});

/** A run in a group of rows. */
export type SweepSummaryRow = Row<
  { negation: Negation; segment: Segment | "all"; run: string; role: string },
  "n",
  EffectNames<"mean_effect", "">
>;

const LISTED = 10;

/** What runs do to rows. */
export class Sweep {
  /** Every row with every run. */
  readonly table: Table<SweepRow>;
  readonly #rows: readonly EvaluateRow[];
  readonly #count: number;
  readonly #options: StatisticsOptions;
  #summary: Table<SweepSummaryRow> | undefined;

  /** Made by `sweep()` of a study or a row. */
  constructor(
    rows: readonly EvaluateRow[],
    { runs, scores, ...options }: StatisticsOptions & {
      readonly runs: readonly SweepRun[];
      /** S of each row with each run. */
      readonly scores: readonly (readonly (number | undefined)[])[];
    },
  ) {
    [this.#rows, this.#count, this.#options] = [rows, runs.length, options];
    const names = runs.map(({ name }, i) => name ?? `${i + 1}`);
    const roles = runs.map(rolesOf);
    this.table = fillTable(
      SWEEP,
      rows.flatMap((own, row) =>
        runs.map(({ of }, run): SweepRow => {
          const { id, negation, segment, d } = own;
          const s = scores[row]![run];
          const effect = s === undefined ? undefined : effectOf(own, of, s);
          const share = effect === undefined || d === 0 ? undefined : effect / d;
          return {
            id,
            negation,
            segment,
            run: names[run]!,
            role: roles[run]!,
            s,
            d,
            effect,
            share,
          };
        })
      ),
    );
  }

  /** Mean effects and shares of d by side and segment, with 95 % intervals that resample clusters; the shares' also for all runs at once. */
  get summary(): Table<SweepSummaryRow> {
    const count = this.#count;
    this.#summary ??= fillTable(
      SWEEP_SUMMARY,
      finish(meanEffects(
        this.#rows.map((scores, row) => (
          { scores, count, line: (place: number) => this.table.rows[row * count + place]! }
        )),
        { ...this.#options, effects: { effect: ({ effect }: SweepRow) => effect } },
      )).map(({ negation, segment, line: { run, role }, means: { effect } }): SweepSummaryRow => (
        { negation, segment, run, role, n: effect.n, ...EFFECT.cells(effect) }
      )),
    );
    return this.#summary;
  }

  /** The runs with the largest shares of d, by side. */
  toString(): string {
    const whole = this.summary.rows.filter(({ segment }) => segment === "all");
    const sides = [...Map.groupBy(whole, ({ negation }) => negation).values()];
    const rows = sides.flatMap((side) => {
      const known = side.filter(({ share }) => share !== undefined);
      return known.toSorted((a, b) => Math.abs(b.share!) - Math.abs(a.share!)).slice(0, LISTED);
    });
    const columns = [
      "negation",
      "run",
      "role",
      "n",
      "mean_effect",
      "share",
      "share_low",
      "share_high",
    ] as const;
    const heading = `${counted(this.#count, "run")} of ${
      counted(this.#rows.length, "row")
    }; those with the largest shares of d, by side:`;
    return `${heading}\n${textTable({ name: "sweep", columns, rows })}`.trimEnd();
  }

  /** The text that a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }
}

export function checkSweep(runs: unknown): asserts runs is readonly SweepRun[] {
  const isRun = (run: unknown) =>
    typeof run === "object" && run !== null && "of" in run &&
    (run.of === "negated" || run.of === "affirmative");
  if (!Array.isArray(runs) || !runs.every(isRun)) {
    throw new NegscopeError("value-wrong", {
      problem: "Cannot sweep over these runs",
      subject: "runs",
      expected:
        'a list of runs such as { of: "affirmative", changes: [patch(…)] }, of negated or affirmative',
    });
  }
  for (const run of runs) checkChanges(run);
  const names = (runs as readonly SweepRun[]).map(({ name }, i) => name ?? `${i + 1}`);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new NegscopeError("value-wrong", {
    problem: `Cannot sweep over two runs "${twice}"`,
    expected: "a name of its own for each run",
  });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function checkChanges({ changes = [] }: ChangedRun): void {
  checkInterventions(changes);
  for (const change of changes) {
    if (change.kind !== "patch" || change.from instanceof ActivationCache) continue;
    if (typeof change.from !== "string") checkChanges(change.from);
  }
}

/** What of d a run takes away: in d, the changed sentence takes the place of its unchanged one. */
function effectOf(row: EvaluateRow, of: string, s: number): number {
  return of === "affirmative" ? effectOnD(row, s) : lostOfD(row, s);
}

function rolesOf({ changes = [] }: ChangedRun): string {
  const named = changes.flatMap((change: Intervention) =>
    change.kind === "edit" ? [] : PLACE_KEYS.flatMap((key) => change[key] ?? []).map(String)
  );
  return [...new Set(named)].join("+") || "all";
}
