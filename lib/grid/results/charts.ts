/** The charts of a study: the accuracy of each model on all data, and at which depth each method finds most. */

import { heatMap } from "../../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { modelNames } from "../../compare/model_names.ts";
import { partText } from "./findings.ts";
import { boundsOf, keyIn, type RunHeadlines } from "./headlines.ts";

export const CHARTS = { accuracy: "study_accuracy", layers: "study_layers" } as const;

/** The most panels of a chart; the table has the others. */
const MOST_PANELS = 12;

export function accuracyChart(runs: readonly RunHeadlines[], options: ChartOptions): ChartSpec {
  const nameOf = namer(runs);
  const cells = runs.flatMap((run) => {
    const { accuracy } = run;
    return accuracy === undefined
      ? []
      : [{ ...accuracy, ...boundsOf(accuracy), model: nameOf(run) }];
  });
  const distinct = new Map(cells.map((cell) => [JSON.stringify([cell.model, cell.data]), cell]));
  return heatMap([...distinct.values()], {
    ...options,
    title: "Accuracy by model and data",
    shows: "Share of rows with d > 0, ties one half, of each model on all data",
    x: { field: "data", isSlanted: true },
    y: { field: "model" },
    value: {
      ...{ field: "value", low: "low", high: "high", title: "accuracy" },
      judged: () => ({ isFixed: true }),
    },
    most: 1,
  });
}

/** Draws the largest value of each layer, for each experiment that has layers. */
export function layersChart(runs: readonly RunHeadlines[], options: ChartOptions): ChartSpec {
  const nameOf = namer(runs);
  const isOnly = new Set(runs.map(({ cell }) => cell.data.name)).size === 1;
  const cells = runs.flatMap((run) => layersOf(run, { nameOf, isOnly }));
  const panels = Map.groupBy(cells, ({ panel }) => panel);
  const shown = [...panels].slice(0, MOST_PANELS);
  return heatMap(shown.flatMap(([, rows]) => rows), {
    ...options,
    title: "The strongest part of each layer",
    shows:
      `The largest value by absolute size of any part of a layer, on either side, by experiment and data (in a trace, over the rows that the model has right), without what the method fixes${
        panels.size > shown.length
          ? `; the first ${shown.length} of ${panels.size} experiments and data`
          : ""
      }`,
    panels: "panel",
    x: "layer",
    y: { field: "model" },
    value: { field: "value", low: "low", high: "high" },
    most: 1,
    tip: ({ model, part }) => `${part} of ${model}:`,
  });
}

function layersOf(
  run: RunHeadlines,
  { nameOf, isOnly }: {
    readonly nameOf: (run: RunHeadlines) => string;
    /** Whether the study has one set of data. */
    readonly isOnly: boolean;
  },
) {
  const { cell: { experiment, data }, all, called } = run;
  const placed = all.filter(({ part, value }) =>
    keyIn(part, "layer") !== undefined && value !== undefined
  );
  const layers = Map.groupBy(placed, ({ part }) => Number(keyIn(part, "layer")));
  return [...layers].sort(([a], [b]) => a - b).map(([layer, rows]) => {
    const [row] = rows.toSorted((a, b) => Math.abs(b.value!) - Math.abs(a.value!));
    const { low, high } = boundsOf(row!);
    const model = nameOf(run);
    const part = partText(row!);
    return {
      ...{ layer, model, part, low, high, value: row!.value },
      panel: `${experiment.name}: ${called}${isOnly ? "" : `, ${data.name}`}`,
    };
  });
}

/** The name of a run's model, with the seed if the study has several. */
function namer(runs: readonly RunHeadlines[]): (run: RunHeadlines) => string {
  const placeOf = ({ cell: { model, seed } }: RunHeadlines) => ({ model: model.name, seed });
  const nameOf = modelNames(runs.map(placeOf));
  return (run) => nameOf(placeOf(run));
}
