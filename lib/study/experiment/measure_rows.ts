/** Rows scored and measured, in a folder or in memory. */

import { NegscopeError } from "../../errors.ts";
import { towerOf } from "./by_options.ts";
import { type AnyExperiment, IMAGES, type MeasuredRow } from "./experiment.ts";
import type { Progress } from "../embeddings/embed.ts";
import type { KeptRows } from "../rows/kept_rows.ts";
import { checkMinimalPairs } from "../rows/minimal_pairs.ts";
import type { Stopwatch } from "./stopwatch.ts";
import type { Study } from "../study.ts";

/** A progress bar that a measurement reports to. */
export interface ReportingBar extends Disposable {
  /** Called with the progress. */
  readonly report: Progress;
}

/** A measurement, in a folder or in memory. */
export interface Measurement {
  /** The model and the rows. */
  readonly study: Study;
  /** Measures the time. */
  readonly stopwatch: Stopwatch;
  /** Called once all inputs are known to be good. @default {nothing} */
  readonly begin?: () => Promise<void>;
  /** Where finished rows are kept. @default {nowhere} */
  readonly kept?: (phase: string) => KeptRows;
  /** The seed of what the experiment draws. */
  readonly seed: number;
  /** Whether the image tower may be freed when it is no longer needed. */
  readonly owned: boolean;
  /** Called with each message for the user. */
  readonly say?: ((line: string) => void) | undefined;
  /** Makes a progress bar for a phase. */
  readonly bar?: ((label: string) => ReportingBar) | undefined;
}

/**
 * Checks beforehand whatever can be checked, then scores and measures the rows.
 *
 * @param experiment The experiment.
 * @param options The values of its options.
 * @param run What is measured, and where finished rows are kept.
 */
export async function measureRows(
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  run: Measurement,
): Promise<{
  readonly rows: readonly MeasuredRow<unknown>[];
  readonly engines: Readonly<Record<string, number>> | undefined;
}> {
  const { study, begin, stopwatch, say, bar: makeBar, owned, seed } = run;
  const runs = towerOf(experiment, options);
  await experiment.check?.(options, study.config.text, study);
  if (experiment.minimalPairs) {
    checkMinimalPairs(experiment.name, { family: study.text.family, rows: study.rows });
  }
  if (runs !== "none") {
    const { tower } = runs === "text" ? study.text : await study.image();
    const { layers } = tower.shape;
    await tower.prepare(experiment.hooks?.(options, layers));
    tower.weights.check(experiment.weights?.(options, layers) ?? []);
  }
  if (study.hasImages) {
    const kept = keptRows(run, IMAGES);
    using bar = makeBar?.("images");
    const report = { kept, progress: bar?.report, say };
    await stopwatch.measure("images", () => study.embeddings.images(report));
    await stopwatch.measure("evaluate", () => study.embeddings.scores({ say }));
    if (owned && runs !== "image") await study.releaseImage(); // frees memory for what follows
  }
  const rows: readonly Pick<MeasuredRow<unknown>, "pair" | "scores">[] = study.hasImages
    ? (await study.embeddings.scores()).scores.map((scores, i) => ({
      pair: study.pairs[i]!,
      scores,
    }))
    : study.pairs.map((pair) => ({ pair }));
  await begin?.();
  await stopwatch.measure("load", () => experiment.prepare?.(study, options));
  const values = await stopwatch.measure(experiment.name, async () => {
    const kept = keptRows(run, experiment.name);
    using bar = makeBar?.(experiment.name);
    return await experiment.measure(study, options, {
      kept,
      keptOf: (part) => run.kept?.(`${experiment.name} ${part}`) ?? NOT_KEPT,
      progress: bar?.report ?? (() => {}),
      seed,
    });
  });
  if (!Array.isArray(values) || values.length !== rows.length) {
    throw new NegscopeError("measured-wrong", {
      problem: `Cannot use what ${experiment.name} has measured`,
      subject: experiment.name,
      reason: Array.isArray(values) ? `its list has ${values.length} values` : "it is not a list",
      expected: `a list with one value for each of the ${rows.length} rows`,
    });
  }
  return {
    rows: rows.map((row, i): MeasuredRow<unknown> => ({ ...row, measured: values[i] })),
    engines: countEngines(await experiment.engines?.(study, options)),
  };
}

/** The finished rows of a phase; reports their number. */
function keptRows({ kept: open, say }: Measurement, phase: string): KeptRows {
  const kept = open?.(phase) ?? NOT_KEPT;
  const unit = phase === IMAGES ? "images" : "rows";
  if (kept.size > 0) say?.(`${phase}: goes on after ${kept.size} finished ${unit}`);
  return kept;
}

/** How many rows each engine has, in the order of the names. */
function countEngines(
  engines: readonly (string | undefined)[] | undefined,
): Readonly<Record<string, number>> | undefined {
  if (engines === undefined) return undefined;
  const used = engines.filter((engine) => engine !== undefined).toSorted();
  const counts = Map.groupBy(used, (engine) => engine);
  return Object.fromEntries([...counts].map(([engine, { length }]) => [engine, length]));
}

const NOT_KEPT: KeptRows = {
  size: 0,
  get: () => undefined,
  keep: () => Promise.resolve(),
};
