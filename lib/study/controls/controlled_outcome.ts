/** The tables of a run's controls, and what a summary says of them. */

import type { AnyTables, MeasuredRow, TableContext } from "../experiment/experiment.ts";
import type { Option } from "../../options/option.ts";
import type { Finding } from "../experiment/finding.ts";
import { type Control, controlRuns } from "./control.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import { understandingSteps } from "../effects/understanding.ts";
import { type ControlledRuns, withAllControls } from "./control_columns.ts";
import { controlNotes } from "./control_text.ts";
import { rowsOfControl } from "./measure_controls.ts";

type Rows = readonly MeasuredRow<unknown>[];

/** The tables with their controls beside them, and the tables of all controls, which `make` makes if there are runs of them. */
export async function controlledTables(
  tables: AnyTables,
  { rows, controls, make, seed, cluster }: Pick<TableContext, "seed" | "cluster"> & {
    readonly rows: Rows;
    readonly controls: readonly Control[];
    readonly make: ((rows: Rows) => Promise<AnyTables>) | undefined;
  },
): Promise<AnyTables> {
  const made: ControlledRuns["controls"] = new Map(
    await Promise.all(controls.map(async (control) => {
      const runs = make === undefined ? [] : await Promise.all(
        controlRuns(control).map(async (run) => {
          const ofRun = rowsOfControl(rows, run);
          return { rows: ofRun, tables: await make(ofRun) };
        }),
      );
      return [control, runs] as const;
    })),
  );
  return await inTurns(withAllControls({ rows, tables, controls: made, seed, cluster }));
}

/** The largest gamma of the random towers that were run on rows with scores; undefined if none were. */
export function* largestGamma(
  rows: Rows,
  controls: readonly Control[],
  context: TableContext,
): Steps<number | undefined> {
  const gammas: number[] = [];
  for (const run of controls.includes("random") ? controlRuns("random") : []) {
    const of = rowsOfControl(rows, run).filter(({ scores }) => scores !== undefined);
    const d = of.map(({ scores }) => scores!.d);
    const { gamma } = yield* understandingSteps(of.map(({ pair }) => pair), d, context);
    gammas.push(gamma.estimate ?? -Infinity);
  }
  return gammas.length === 0 ? undefined : Math.max(...gammas);
}

/** What the controls of a run are like, and that the one which tells negation was not run. */
export function controlFinding(
  option: Option<unknown> | undefined,
  rows: Rows,
  run: readonly Control[],
): Finding {
  if (option === undefined || rows.length === 0) return {};
  const notes = controlNotes(rows, run);
  const isOffered = option.parse("determiner") !== undefined;
  if (run.includes("determiner") || !isOffered) return { notes };
  const all = ["determiner", ...run].join(",");
  return {
    sentences: [
      `Not run: --control ${all}, which tells whether a share is of negation`,
    ],
    notes,
  };
}
