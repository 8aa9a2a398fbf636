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
import { FEWEST_CLUSTERS } from "../../stats/effective_clusters.ts";
import { clusterOf } from "../clusters.ts";
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
    const rowsOfRuns = controlRuns(control).map((run) =>
      fixed === undefined ? [] : rowsOfControl(rows, run)
    );
    const runs: AnyTables[] = [];
    for (const ofRun of rowsOfRuns) {
      runs.push(
        await tablesOf(experiment, ofRun, { ...context, ...fixed, cluster, isControl: true }),
      );
    }
    made.set(control, { runs, isStill: stillIn(rowsOfRuns.flat(), context) });
  }
  return withAllControls(tables, made);
}

/** Makes {@linkcode RunsOfControl.isStill}: d is 0 in all rows of a line's side and segments, and these are enough for an interval. */
function stillIn(
  rows: readonly MeasuredRow<unknown>[],
  { cluster }: TableContext,
): RunsOfControl<AnyTables>["isStill"] {
  const known = new Map<string, boolean>();
  return ({ negation = "all", segment = "all" }) => {
    const group = `${negation} ${segment}`;
    const found = known.get(group);
    if (found !== undefined) return found;
    const segments = `${segment}`.split("+");
    const ofGroup = rows.flatMap(({ pair, scores }) =>
      scores !== undefined && ["all", pair.negation].includes(`${negation}`) &&
        (segment === "all" || segments.includes(scores.segment))
        ? [{ pair, d: scores.d }]
        : []
    );
    const clusters = new Set(ofGroup.map(({ pair }) => clusterOf(pair, cluster))).size;
    const isStill = clusters >= FEWEST_CLUSTERS && ofGroup.every(({ d }) => sizeOfD(d) === 0);
    known.set(group, isStill);
    return isStill;
  };
}

/** What the controls of a run are like, and which were not run. */
export function controlFinding(
  { options }: AnyExperiment,
  rows: readonly MeasuredRow<unknown>[],
  context: Context,
): Finding {
  if (!("control" in options) || rows.length === 0) return {};
  const run = controlsIn(context);
  const missing = NEGATION_CONTROLS.filter((control) => !run.includes(control));
  if (missing.length === 0) return { notes: controlNotes(rows, run) };
  return {
    notes: [
      ...controlNotes(rows, run),
      `Not run: the control${missing.length > 1 ? "s" : ""} ${
        missing.join(" and ")
      }, without which no share is known to be of negation: the same command with --control ${
        [...run, ...missing].join(",")
      } and another folder (--out) runs ${missing.length > 1 ? "them" : "it"}`,
    ],
  };
}
