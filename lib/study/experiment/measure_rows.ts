/** Rows scored and measured, in a folder or in memory. */

import { NegscopeError } from "../../errors/errors.ts";
import { controlVariants, measureControls } from "../controls/measure_controls.ts";
import { type ChosenExperiment, IMAGES, type MeasuredRow } from "./experiment.ts";
import type { Progress } from "../embeddings.ts";
import type { KeptRows } from "../rows/once_per_group.ts";
import { refuseEdit } from "../image_scores.ts";
import { checkMinimalPairs } from "../rows/prepare.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import type { Study } from "../study.ts";

/** A progress bar that a measurement reports to. */
export interface ReportingBar extends Disposable {
  /** Called with the progress. */
  readonly report: Progress;
}

interface Measurement {
  readonly study: Study;
  readonly stopwatch: Stopwatch;
  /** Called once all inputs are known to be good. @default {nothing} */
  readonly begin?: () => Promise<void>;
  readonly kept?: (phase: string) => KeptRows;
  readonly seed: number;
  /** Whether the image tower may be freed when it is no longer needed. */
  readonly owned: boolean;
  readonly say?: ((line: string) => void) | undefined;
  readonly bar?: ((label: string) => ReportingBar) | undefined;
}

/** Refuses an edit of which an experiment takes no account. */
export function refuseEditIn(
  { experiment, runs }: Pick<ChosenExperiment, "experiment" | "runs">,
  edited: Parameters<typeof refuseEdit>[0],
): void {
  if (runs !== "none") refuseEdit(edited, experiment.name);
  if (experiment.takesApart) refuseEdit(edited, experiment.name, "activations");
}

/** Checks beforehand whatever can be checked, then scores and measures the rows. */
export async function measureRows(
  chosen: ChosenExperiment,
  run: Measurement,
): Promise<{
  readonly rows: readonly MeasuredRow<unknown>[];
  readonly engines: Readonly<Record<string, number>> | undefined;
}> {
  const { study, begin, stopwatch } = run;
  const { experiment, options, runs } = chosen;
  refuseEditIn(chosen, study.text);
  await experiment.check?.(options, study.config.text, study);
  if (experiment.minimalPairs) {
    checkMinimalPairs(experiment.name, { family: study.text.family, rows: study.rows });
  }
  const variants = controlVariants(chosen, { study, seed: run.seed });
  await stopwatch.measure(experiment.name, () => prepareTower(chosen, study));
  for (const { random } of variants.values()) {
    if (random === undefined) continue;
    const { tower } = random.tower === "text" ? study.text : await study.image();
    tower.weights.checkRandom();
  }
  const scores = study.hasImages ? await scoreRows(run) : [];
  if (run.owned && study.hasImages && runs !== "image") await study.releaseImage(); // frees memory for what follows
  await begin?.();
  const { values, engines } = await measureStudy(chosen, { study, run, phase: experiment.name });
  const rows = study.pairs.map((pair, i): MeasuredRow<unknown> => ({
    pair,
    ...scores[i] && { scores: scores[i] },
    measured: values[i],
  }));
  const measure = async (ofControls: ChosenExperiment, controlled: Study, name: string) => {
    const phase = `${experiment.name} ${name}`;
    await stopwatch.measure(phase, () => prepareTower(ofControls, controlled));
    return (await measureStudy(ofControls, { study: controlled, run, phase })).values;
  };
  return {
    rows: await measureControls(chosen, rows, { study, variants, measure }),
    engines: countEngines(engines),
  };
}

/** Embeds the images, and scores the rows. */
async function scoreRows(run: Measurement): Promise<readonly EvaluateRow[]> {
  const { study: { embeddings }, stopwatch, say, bar: makeBar } = run;
  const kept = keptRows(run, IMAGES);
  using bar = makeBar?.("images");
  const report = { kept, progress: bar?.report, say };
  await stopwatch.measure("images", () => embeddings.images(report));
  return (await stopwatch.measure("evaluate", () => embeddings.scores({ say }))).scores;
}

async function prepareTower(
  { experiment, options, runs }: ChosenExperiment,
  study: Study,
): Promise<void> {
  if (runs === "none") return;
  const { tower } = runs === "text" ? study.text : await study.image();
  const { layers } = tower.shape;
  await tower.prepare(experiment.hooks?.(options, layers));
  tower.weights.check(experiment.weights?.(options, layers) ?? []);
}

/** Measures all rows of a study, by which engines; finished ones are kept under the name of the phase. */
async function measureStudy(
  { experiment, options }: ChosenExperiment,
  { study, run, phase }: {
    readonly study: Study;
    readonly run: Measurement;
    readonly phase: string;
  },
) {
  const { stopwatch, bar: makeBar, seed } = run;
  const engines = await stopwatch.measure("load", () => experiment.engines?.(study, options));
  const values = await stopwatch.measure(phase, async () => {
    const kept = keptRows(run, phase);
    using bar = makeBar?.(phase);
    return await experiment.measure(study, options, {
      kept,
      keptOf: (part) => run.kept?.(`${phase} ${part}`) ?? NOT_KEPT,
      progress: bar?.report ?? (() => {}),
      seed,
    });
  });
  if (Array.isArray(values) && values.length === study.pairs.length) {
    return { values: values as readonly unknown[], engines };
  }
  throw new NegscopeError("measured-wrong", {
    problem: `Cannot use what ${experiment.name} has measured`,
    subject: experiment.name,
    reason: Array.isArray(values) ? `its list has ${values.length} values` : "it is not a list",
    expected: `a list with one value for each of the ${study.pairs.length} rows`,
  });
}

/** The finished rows of a phase; reports their number. */
function keptRows({ kept: open, say }: Measurement, phase: string): KeptRows {
  const kept = open?.(phase) ?? NOT_KEPT;
  const unit = phase === IMAGES ? "images" : "rows";
  if (kept.size > 0) say?.(`${phase}: goes on after ${kept.size} finished ${unit}`);
  return kept;
}

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

/** A source of time: the date, and milliseconds that never decrease. */
export interface Clock {
  /** The date, for display. */
  date(): Date;
  /** Milliseconds, for durations. */
  now(): number;
}

const SYSTEM: Clock = { date: () => new Date(), now: () => performance.now() };

/** Measures the phases of a run. */
export class Stopwatch {
  /** When it was created, as ISO 8601 in UTC. */
  readonly start: string;
  readonly #clock: Clock;
  readonly #milliseconds = new Map<string, number>();

  /** Starts it. */
  constructor(clock: Clock = SYSTEM) {
    this.#clock = clock;
    this.start = clock.date().toISOString();
  }

  /** Does some work and adds its duration to a phase, even when it fails. Repeated phases add up; the time of a nested phase counts for both. */
  async measure<T>(phase: string, work: () => T | Promise<T>): Promise<T> {
    const before = this.#clock.now();
    try {
      return await work();
    } finally {
      const sofar = this.#milliseconds.get(phase) ?? 0;
      this.#milliseconds.set(phase, sofar + this.#clock.now() - before);
    }
  }

  /** Seconds by phase in the order in which the phases first ended, rounded to milliseconds. */
  get seconds(): Readonly<Record<string, number>> {
    const phases = [...this.#milliseconds];
    return Object.fromEntries(phases.map(([phase, ms]) => [phase, Math.round(ms) / 1000]));
  }
}
