/** What a list of changed runs does to every row of a study. */

import { NegscopeError, printsItself } from "../errors/errors.ts";
import { ActivationCache } from "../hooks/cache.ts";
import {
  type ChangedRun,
  checkInterventions,
  type Intervention,
  patch,
} from "../hooks/interventions.ts";
import { asRun, PLACE_KEYS } from "../hooks/apply.ts";
import { finish } from "../stats/steps.ts";
import type { StatisticsOptions } from "./clusters.ts";
import { type EffectRow, Effects, type MeanEffectRow } from "./effects/effects.ts";
import type { RowLines } from "./effects/means.ts";
import { effectOnD, lostOfD } from "./effects/noise.ts";
import type { EvaluateRow, ScoredPair } from "./rows/score_rows.ts";
import { key, number, type Table, text } from "../tables/table.ts";
import { textTable } from "../tables/text_table.ts";
import { sidesOf } from "../charts/texts.ts";
import { runChanges } from "../engine/changes/run_changes.ts";
import type { RunGroup } from "../engine/changes/groups.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import type { Embeddings, Progress } from "./embeddings.ts";
import { type GroupResult, type KeptRows, oncePerPair } from "./rows/once_per_group.ts";
import type { AlignedPair } from "./rows/prepare.ts";
import {
  type PairPlaces,
  patchTokens,
  placeInterventions,
  placesOf,
  positionsOf,
  type Sources,
} from "./sentences/placing.ts";

/** A run of a sweep: in a study `of` is `negated` or `affirmative`, and positions may be roles. */
export interface SweepRun extends ChangedRun {
  /** What the tables call it. @default {its place in the list, from 1} */
  readonly name?: string;
}

/** S of a row with each run; null where the sentence has no token of a role. */
export type RunScores = readonly (number | null)[];

/** A row of the data with a run. */
export type SweepRow = EffectRow<
  { readonly run: string; readonly role: string; readonly s: number }
>;

/** A run in a group of rows. */
export type SweepSummaryRow = MeanEffectRow<{ readonly run: string; readonly role: string }>;

const SWEEP = new Effects({
  name: "sweep",
  title: "Changed runs",
  effect:
    "d minus d with the changed sentence in place of its unchanged one: what an affirmative sentence gains of d, or a negated one loses; exactly 0 where the change must change nothing, and exactly d where it must turn one sentence into the other",
  unit: "run",
  about: "A row whose sentence has no token of a role has no effect.",
  keys: {
    run: key(text("The run's name, or its place in the list, from 1.")),
    role: key(text("The roles or positions that its changes name; `all` if they name none.")),
  },
  cells: { s: number("logit", "S of the changed sentence.") },
});

const LISTED = 10;

/** What runs do to rows. */
export class Sweep {
  /** Every row with every run. */
  readonly table: Table<SweepRow>;
  readonly #lines: readonly RowLines<SweepLine>[];
  readonly #options: StatisticsOptions;
  #summary: Table<SweepSummaryRow> | undefined;

  /** Made by `sweep()` of a study or a row. */
  constructor(
    rows: readonly EvaluateRow[],
    { runs, scores, ...options }: StatisticsOptions & {
      readonly runs: readonly SweepRun[];
      readonly scores: readonly RunScores[];
    },
  ) {
    this.#options = options;
    const cells = runs.map((run, i) => ({ run: run.name ?? `${i + 1}`, role: rolesOf(run) }));
    this.#lines = rows.map((own, row) => ({
      scores: own,
      count: runs.length,
      line: (run) => {
        const s = scores[row]![run] ?? undefined;
        const effectOf = runs[run]!.of === "affirmative" ? effectOnD : lostOfD;
        return { ...cells[run]!, s: s ?? NaN, effect: s === undefined ? s : effectOf(own, s) };
      },
    }));
    this.table = SWEEP.table([this.#lines]);
  }

  /** Mean effects and shares of d by side and segment, with 95 % intervals that resample clusters; the shares' also for all runs at once. */
  get summary(): Table<SweepSummaryRow> {
    return this.#summary ??= finish(SWEEP.steps([this.#lines], this.#options)).summary;
  }

  /** The runs with the largest shares of d, by side. */
  toString(): string {
    const whole = this.summary.rows.filter(({ segment }) => segment === "all");
    const rows = sidesOf(whole).flatMap((side) => {
      const known = side.filter(({ share }) => share !== undefined);
      return known.toSorted((a, b) => Math.abs(b.share!) - Math.abs(a.share!)).slice(0, LISTED);
    });
    const of = ["negation", "run", "role", "n", "mean_effect", "share", "share_low", "share_high"];
    const columns = of as (keyof SweepSummaryRow)[];
    const heading = `${counted(this.#lines[0]?.count ?? 0, "run")} of ${
      counted(this.#lines.length, "row")
    }; those with the largest shares of d, by side:`;
    return `${heading}\n${textTable({ name: "sweep", columns, rows })}`.trimEnd();
  }
}

printsItself(Sweep.prototype);

interface SweepLine extends Omit<SweepRow, "id" | "negation" | "segment" | "effect"> {
  readonly effect: number | undefined;
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

function rolesOf({ changes = [] }: ChangedRun): string {
  const named = changes.flatMap((change: Intervention) =>
    change.kind === "edit" ? [] : PLACE_KEYS.flatMap((key) => change[key] ?? []).map(String)
  );
  return [...new Set(named)].join("+") || "all";
}

export interface SweepParts {
  readonly text: TextTower;
  readonly embedded: { readonly sentences: Embeddings; readonly images: Embeddings };
  readonly sources: Sources;
  /** Holds S of a row's runs by its id; new values are added. */
  readonly kept?: KeptRows | undefined;
  readonly progress?: Progress | undefined;
}

interface PlacedRuns {
  readonly indices: readonly number[];
  readonly runs: readonly ChangedRun[];
}

/**
 * Scores every row with each run; each distinct sentence pair runs once. Returns for each row S of each run; null where the sentence has no
 * token of a role.
 */
export async function sweepScores(
  rows: readonly ScoredPair[],
  runs: readonly ChangedRun[],
  { text, embedded, sources, kept, progress }: SweepParts,
): Promise<RunScores[]> {
  const placed = placing(runs, sources);
  const scored = await oncePerPair(rows, {
    text,
    images: embedded.images,
    sizeOf: (pair) => placed(pair).runs.length,
    run: (pairs) => runPairs(text, pairs, { placed, sentences: embedded.sentences }),
    ...{ kept, progress },
  });
  return rows.map(({ aligned }, row) => {
    const scores = new Array<number | null>(runs.length).fill(null);
    placed(aligned).indices.forEach((index, i) => scores[index] = scored[row]![i]!);
    return scores;
  });
}

/** Runs some pairs; a run that must be equal to an unchanged one has the embedding that the pair's score was made of. */
async function* runPairs(
  text: TextTower,
  pairs: readonly AlignedPair[],
  { placed, sentences }: {
    readonly placed: ReturnType<typeof placing>;
    readonly sentences: Embeddings;
  },
): AsyncGenerator<GroupResult[]> {
  const groups = pairs.map((pair): RunGroup => {
    const { negated, affirmative } = pair;
    return { sentences: { negated, affirmative }, runs: placed(pair).runs };
  });
  for await (const results of runChanges(text, groups)) {
    yield results.map(({ index, place, embedding, equals }) => {
      const known = equals === undefined
        ? undefined
        : sentences.get(pairs[index]![equals as keyof PairPlaces].sentence);
      return { index, place, embedding: known ?? embedding };
    });
  }
}

/** Gives the runs that a pair's sentences have the roles for their positions; pairs with the same roles share them. */
function placing(runs: readonly ChangedRun[], sources: Sources): (pair: AlignedPair) => PlacedRuns {
  const isOfCaches = runs.some(({ changes = [] }) =>
    changes.some((change) => "from" in change && change.from instanceof ActivationCache)
  ); // whose sentence decides the positions too
  const known = new Map<string, PlacedRuns>();
  return (pair) => {
    const places = placesOf(pair);
    const key = [places.negated, places.affirmative]
      .map(({ text, roles, negator }) => `${isOfCaches ? text : ""} ${roles} ${negator}`)
      .join("\n");
    return known.getOrInsertComputed(key, () => {
      const placed = runs.map((run) => placedRun(run, places, sources));
      return {
        indices: [...placed.keys()].filter((index) => placed[index] !== undefined),
        runs: placed.filter((run) => run !== undefined),
      };
    });
  };
}

/** A run with positions in place of roles; undefined if the sentence lacks a role. */
function placedRun(run: ChangedRun, pair: PairPlaces, sources: Sources): ChangedRun | undefined {
  const placed: Intervention[] = [];
  for (const change of run.changes ?? []) {
    const own = placedChange(change, run.of, { pair, sources });
    if (own === undefined) return undefined;
    placed.push(...own);
  }
  return { of: run.of, changes: placed };
}

function placedChange(
  change: Intervention,
  of: string,
  { pair, sources }: { readonly pair: PairPlaces; readonly sources: Sources },
): Intervention[] | undefined {
  if (change.kind === "edit" || !(of in pair)) return [change]; // the run reports an unknown sentence
  const places = pair[of as keyof PairPlaces];
  const roles = PLACE_KEYS.flatMap((key) => {
    const role = change[key];
    return typeof role === "string" ? [{ key, role, at: positionsOf(role, places) }] : [];
  });
  if (roles.some(({ at }) => at.length === 0)) return undefined;
  if (change.kind !== "patch" || change.from instanceof ActivationCache) {
    return placeInterventions([change], [places], sources);
  }
  const source = asRun(change.from);
  const from = (source.changes ?? []).length === 0 ? source : placedRun(source, pair, sources);
  if (from === undefined) return undefined;
  const taken = roles.map(({ role, at }) =>
    source.of in pair ? positionsOf(role, pair[source.of as keyof PairPlaces]) : at
  );
  if (taken.some(({ length }) => length === 0)) return undefined;
  const { hook, kind: _, ...where } = change;
  const positions = Object.fromEntries(roles.map(({ key, at }) => [key, at]));
  return patchTokens(patch(hook, { ...where, ...positions, from }), roles, taken);
}
