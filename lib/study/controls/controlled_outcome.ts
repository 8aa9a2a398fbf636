/** The tables of a run's controls, and what a summary says of them. */

import {
  type AnyExperiment,
  type AnyTables,
  type MeasuredRow,
  type TableContext,
  tablesOf,
} from "../experiment/experiment.ts";
import type { Finding } from "../experiment/finding.ts";
import { type Control, controlRuns, controlsIn, NEGATION_CONTROLS } from "./control.ts";
import { sizeOfD } from "../effects/noise.ts";
import { type RunsOfControl, withAllControls } from "./control_columns.ts";
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
  const made = new Map<Control, RunsOfControl<AnyTables>>();
  for (const control of controlsIn(context)) {
    const cluster = control === "random" ? "whole" : context.cluster; // its bounds are from the towers
    const tablesOfRuns: AnyTables[] = [];
    let isStill = true;
    for (const run of controlRuns(control)) {
      const ofRun = fixed === undefined ? [] : rowsOfControl(rows, run);
      isStill &&= ofRun.every(({ scores }) => scores !== undefined && sizeOfD(scores.d) === 0);
      tablesOfRuns.push(
        await tablesOf(experiment, ofRun, { ...context, ...fixed, cluster, isControl: true }),
      );
    }
    made.set(control, { runs: tablesOfRuns, isStill: isStill && rows.length > 0 });
  }
  return withAllControls(tables, made);
}

/** What the controls of a run are like, and which were not run. */
export function controlFinding(
  { name, options }: AnyExperiment,
  rows: readonly MeasuredRow<unknown>[],
  context: Context,
): Finding {
  if (!("control" in options) || rows.length === 0) return {};
  const run = controlsIn(context);
  const missing = NEGATION_CONTROLS.filter((control) => !run.includes(control));
  if (missing.length === 0) return { notes: controlNotes(rows, run) };
  const command = `deno task ${name} --control ${[...run, ...missing].join(",")}`;
  return {
    notes: [
      ...controlNotes(rows, run),
      `Not run: the control${missing.length > 1 ? "s" : ""} ${
        missing.join(" and ")
      }, without which no share is known to be of negation (${command})`,
    ],
  };
}
