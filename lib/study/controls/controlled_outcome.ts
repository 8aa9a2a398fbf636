/** The tables of a run's controls, and what a summary says of them. */

import {
  type AnyExperiment,
  type AnyTables,
  type MeasuredRow,
  type TableContext,
  tablesOf,
} from "../experiment/experiment.ts";
import type { Finding } from "../experiment/finding.ts";
import { controlRuns, controlsIn } from "./control.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import { understandingSteps } from "../evaluate/understanding.ts";
import { type ControlledRuns, withAllControls } from "./control_columns.ts";
import { controlNotes } from "./control_text.ts";
import { optionsOfControls, rowsOfControl } from "./measure_controls.ts";

type Context = Readonly<Record<string, unknown>> & TableContext;

/** The tables with their controls beside them, and the tables of all controls. */
export async function controlledTables(
  experiment: AnyExperiment,
  tables: AnyTables,
  { rows, context }: { readonly rows: readonly MeasuredRow<unknown>[]; readonly context: Context },
): Promise<AnyTables> {
  const fixed = optionsOfControls(experiment, context, rows);
  const controls: ControlledRuns["controls"] = new Map(
    await Promise.all(
      controlsIn(context).map(async (control) => {
        const runs = fixed === undefined ? [] : await Promise.all(
          controlRuns(control).map(async (run) => {
            const ofRun = rowsOfControl(rows, run);
            const options = { ...context, ...fixed, cluster: "whole" as const }; // its own intervals are not read
            return { rows: ofRun, tables: await tablesOf(experiment, ofRun, options) };
          }),
        );
        return [control, runs] as const;
      }),
    ),
  );
  const { seed, cluster } = context;
  return await inTurns(withAllControls({ rows, tables, controls, seed, cluster }));
}

/** The largest gamma of the random towers that were run on rows with scores; undefined if none were. */
export function* largestGamma(
  rows: readonly MeasuredRow<unknown>[],
  context: Context,
): Steps<number | undefined> {
  const gammas: number[] = [];
  for (const run of controlsIn(context).includes("random") ? controlRuns("random") : []) {
    const of = rowsOfControl(rows, run).filter(({ scores }) => scores !== undefined);
    const d = of.map(({ scores }) => scores!.d);
    const { gamma } = yield* understandingSteps(of.map(({ pair }) => pair), d, context);
    gammas.push(gamma.estimate ?? -Infinity);
  }
  return gammas.length === 0 ? undefined : Math.max(...gammas);
}

/** What the controls of a run are like, and that the one which tells negation was not run. */
export function controlFinding(
  { options }: AnyExperiment,
  rows: readonly MeasuredRow<unknown>[],
  context: Context,
): Finding {
  if (!("control" in options) || rows.length === 0) return {};
  const run = controlsIn(context);
  const notes = controlNotes(rows, run);
  const isOffered = options.control.parse("determiner") !== undefined;
  if (run.includes("determiner") || !isOffered) return { notes };
  const all = ["determiner", ...run].join(",");
  return {
    notes: [
      ...notes,
      `Not run: the control determiner, without which no share is known to be of negation: the same command with --control ${all} and another folder (--out) runs it`,
    ],
  };
}
