/** report.html of a study: what ran, the charts, and for each experiment a table of models and data that leads to each run. */

import type { EstimateRow } from "../compare/estimates.ts";
import { GLOSSARY } from "../study/glossary.ts";
import type { Finding, FindingLine } from "../study/experiment/finding.ts";
import { headName } from "../tables/nodes.ts";
import { estimateText, intervalText, numberText } from "../tables/text_table.ts";
import type { Verdict } from "../study/evaluate/verdict.ts";
import type { GridCell } from "./grid.ts";
import { boundsOf, keyIn, type RunHeadlines, SCORES } from "./study_table.ts";
import { heatMap } from "../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../charts/spec.ts";
import { modelNames } from "../compare/same_study.ts";
import { documentHtml, type Section, section } from "../report/page.ts";
import { type Html, html } from "../report/html.ts";
import { type Figure, figuresHtml, tablesHtml } from "../report/table.ts";
import { type Summary, summaryHtml, summaryOf } from "../report/summary.ts";
import type { AnyTable } from "../tables/table.ts";
import { estimateText as tipText } from "../charts/texts.ts";

export interface ScoredCell {
  readonly cell: GridCell;
  readonly verdict: Verdict;
}

export function studySummary(
  file: string,
  runs: readonly RunHeadlines[],
  scored: readonly ScoredCell[] = [],
): Summary {
  const finished = runs.filter(({ missing }) => missing === undefined);
  const missing = runs.filter((run) => run.missing !== undefined);
  const countOf = (name: "model" | "data" | "experiment") =>
    new Set(runs.map(({ cell }) => cell[name].name)).size;
  const isControlled = finished.some(({ strongest }) => strongest?.control !== undefined);
  const found: Finding = {
    sentences: [
      `${finished.length} of ${runs.length} runs are finished: ${countOf("model")} models x ${
        countOf("data")
      } data x ${countOf("experiment")} experiments`,
      ...untoldSentence(scored),
      ...accuracySentences(finished),
    ],
    tables: [{
      title: "The runs, each with the strongest part of its method",
      lines: finished.map((run) => runLine(run, isControlled)),
    }],
    notes: [
      ...missing.map(({ cell, missing }) => `missing: ${cell.folder}: ${missing}`),
      ...finished.length === 0 ? [] : [
        `strongest: the largest absolute value whose interval excludes 0, over all rows${
          segmentsText(finished)
        }, without what the method fixes for every model; the interval holds for all parts at once where the table has such intervals`,
        isControlled
          ? "control: the nearest control, what it shows in the part's place, and whether the part is beyond it"
          : "No run has a control, so that these parts need not be of negation: give controls in the study file",
      ],
      "estimates.csv has every estimate of every run with its interval",
    ],
  };
  return summaryOf(`negscope study: ${file}`, [found], { words: GLOSSARY });
}

/** Over which rows the strongest parts are that are not over all rows. */
function segmentsText(runs: readonly RunHeadlines[]): string {
  const bySegment = Map.groupBy(
    runs.filter(({ strongest }) => (strongest?.segment ?? "all") !== "all"),
    ({ strongest }) => strongest!.segment,
  );
  return [...bySegment].map(([segment, own]) => {
    const names = new Set(own.map(({ cell }) => cell.experiment.name));
    return `; of ${[...names].join(", ")} over the ${segment} rows`;
  }).join("");
}

function runLine(
  { cell, accuracy, gamma, right, strongest, called }: RunHeadlines,
  isControlled: boolean,
): FindingLine {
  const { model, data, experiment, folder, seed } = cell;
  const isOfScores = experiment.task === SCORES;
  const shown = isOfScores ? undefined : strongest;
  return {
    ...{ model: model.name, data: data.name, experiment: experiment.name },
    ...folder.endsWith(`/seed_${seed}`) && { seed },
    rows: accuracy?.n,
    accuracy: accuracy?.value,
    gamma: gamma?.value,
    "both pictures": right?.value,
    by: isOfScores ? undefined : called,
    strongest: isOfScores ? undefined : shown === undefined ? "none certain" : partText(shown),
    value: shown?.value,
    interval: shown === undefined ? undefined : intervalText(boundsOf(shown)),
    ...isControlled && {
      control: shown === undefined ? undefined : shown.control ?? "none",
      shows: shown?.control_value,
      beyond: shown?.specific,
    },
  };
}

/** Which models do not tell negation, on which data; none if all do. */
function untoldSentence(scored: readonly ScoredCell[]): string[] {
  const places = (...kinds: readonly Verdict["tells"][]) =>
    [
      ...new Set(
        scored.filter(({ verdict }) => kinds.includes(verdict.tells))
          .map(({ cell }) => `${cell.model.name} on ${cell.data.name}`),
      ),
    ].join(", ");
  const [untold, unknown] = [places("no", "reversed"), places("unknown")];
  const parts = [
    ...untold === "" ? [] : [`Negation is not told by ${untold}`],
    ...unknown === "" ? [] : [`whether it is told cannot be said of ${unknown}`],
  ];
  return parts.length === 0 ? [] : [
    `${
      parts.join("; ").replace(/^whether it/, "Whether negation")
    }: in these, parts need not be of negation`,
  ];
}

/** Which model has the highest and which the lowest accuracy; of several that share one, how many. */
function accuracySentences(runs: readonly RunHeadlines[]): string[] {
  const known = [...new Set(runs.flatMap(({ accuracy }) => accuracy ?? []))]
    .filter(({ value }) => value !== undefined)
    .toSorted((a, b) => b.value! - a.value!);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first.value === last.value) return [];
  const text = (row: EstimateRow) =>
    `of ${row.model} on ${row.data}, ${estimateText(row.value, row)},`;
  const [highest, lowest] = [first, last].map((row) => placesWith(row, known));
  if (highest === 1 && lowest === 1) {
    return [`The accuracy ${text(first)} is the highest, and that ${text(last)} the lowest`];
  }
  const sentence = (row: EstimateRow, places: number, which: string) =>
    places === 1
      ? `The accuracy ${text(row)} is the ${which}`
      : `${places} pairs of a model and data share the ${which} accuracy, ${
        estimateText(row.value, {})
      }`;
  return [sentence(first, highest!, "highest"), sentence(last, lowest!, "lowest")];
}

/** How many pairs of a model and data have the accuracy of a row, with any seed. */
function placesWith({ value }: EstimateRow, rows: readonly EstimateRow[]): number {
  const same = rows.filter((row) => row.value === value);
  return new Set(same.map(({ model, data }) => JSON.stringify([model, data]))).size;
}

/** A part as other summaries name it: its head as 1.2, or its keys, with its side. */
function partText({ part, negation }: Pick<EstimateRow, "part" | "negation">): string {
  const [layer, head] = [keyIn(part, "layer"), keyIn(part, "head")];
  const keys = (part ?? "").split(";").filter((each) =>
    each !== "" && !/^(site|direction|tower|method|segment)=/.test(each)
  );
  const others = head === undefined ? keys : keys.filter((each) => !/^(layer|head)=/.test(each));
  const name = layer === undefined || head === undefined
    ? []
    : [headName({ layer: Number(layer), head: Number(head) })];
  const texts = others.map((each) => {
    const [key, ...cell] = each.split("=");
    return key === "layer" ? `layer ${cell.join("=")}` : cell.join("=");
  }).filter((text) => text !== "head");
  const side = negation === undefined || negation === "all" ? [] : [`(${negation})`];
  return [...new Set([...name, ...texts]), ...side].join(" ") || "all";
}

export const CHARTS = { accuracy: "study_accuracy", layers: "study_layers" } as const;

const MOST_PANELS = 12; // most panels of a chart; the table has the others

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
    title: "How often each model scores the true sentence higher",
    about: "Share of rows with d > 0, ties one half, of each model on all data",
    x: { field: "data", isSlanted: true },
    y: { field: "model" },
    value: {
      ...{ field: "value", low: "low", high: "high", title: "accuracy" },
      judged: () => ({ isFixed: true, isNamed: true }), // whether it includes 0 is no question
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
    subtitle: panels.size > shown.length
      ? `the first ${shown.length} of ${panels.size} experiments and data`
      : undefined,
    about:
      "The largest value by absolute size of any part of a layer, on either side, by experiment and data (in a trace, over the rows that the model has right), without what the method fixes",
    panels: "panel",
    x: "layer",
    y: { field: "model" },
    value: { field: "value", low: "low", high: "high", title: "value named above each map" },
    most: 1,
    name: ({ model, part }) => `${part} of ${model}`,
  });
}

function layersOf(
  run: RunHeadlines,
  { nameOf, isOnly }: { readonly nameOf: (run: RunHeadlines) => string; readonly isOnly: boolean },
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
      tip: `${part} of ${model}: ${tipText(row!.value!, { low, high })}`,
    };
  });
}

/** The name of a run's model, with the seed if the study has several. */
function namer(runs: readonly RunHeadlines[]): (run: RunHeadlines) => string {
  const placeOf = ({ cell: { model, seed } }: RunHeadlines) => ({ model: model.name, seed });
  const nameOf = modelNames(runs.map(placeOf));
  return (run) => nameOf(placeOf(run));
}

const MOST_BYTES = 1_000_000; // of the figures, and of the tables

export function studyPage(
  { runs, figures, tables, summary }: {
    readonly runs: readonly RunHeadlines[];
    readonly figures: readonly Figure[];
    readonly tables: readonly AnyTable[];
    readonly summary: Summary;
  },
): string {
  const { heading, found, words, ...shown } = summaryHtml(summary);
  const experiments = Map.groupBy(runs, ({ cell }) => cell.experiment.name);
  const missing = runs.filter((run) => run.missing !== undefined);
  const sections: Section[] = [
    ...found === undefined ? [] : [section("Found", found)],
    section("Figures", figuresHtml(figures, MOST_BYTES)),
    section("Runs", html`${[...experiments].map(([name, runs]) => matrixHtml(name, runs))}`),
    ...missing.length === 0 ? [] : [
      section(
        "Missing",
        html`<ul>${
          missing.map(({ cell, missing }) => html`<li><b>${cell.folder}</b>: ${missing}\n`)
        }</ul>`,
      ),
    ],
    section("All runs", html`${shown.tables}`),
    section("Tables", tablesHtml(tables, MOST_BYTES)),
    ...words === undefined ? [] : [section("Words", words)],
  ];
  return documentHtml(sections, {
    title: heading,
    heading: `Where "no" is in ${new Set(runs.map(({ cell }) => cell.model.name)).size} models`,
    about: heading,
  }).source;
}

/** A table of an experiment: models down, data across, in each cell what a reader looks for first and the way to the run. */
function matrixHtml(name: string, runs: readonly RunHeadlines[]): Html {
  const data = [...new Set(runs.map(({ cell }) => cell.data.name))];
  const models = Map.groupBy(runs, ({ cell }) => cell.model.name);
  const { called, cell: { experiment } } = runs[0]!;
  const isOfScores = experiment.task === SCORES;
  const about = isOfScores ? called : `strongest part by ${called}`;
  const heads = data.map((each) => html`<th scope="col">${each}`);
  const rows = [...models].map(([model, own]) => {
    const cells = data.map((each) => own.filter(({ cell }) => cell.data.name === each));
    return [
      html`<th scope="row">${model}`,
      ...cells.map((runs) => html`<td>${runs.map(cellHtml)}`),
    ];
  });
  return html`
    <h3>${name}</h3>
    <p>${experiment.task === name ? "" : `${experiment.task}: `}${about}</p>
    <div class="box" tabindex="0" role="group" aria-label="${name}">
      <table>
        <thead>
          <tr>
            <th scope="col">model${heads}</thead>
    <tbody>
    ${rows.map((cells) => html`<tr>${cells}\n`)}</tbody>
    </table></div>
  `;
}

function cellHtml({ cell: { folder, experiment, seed }, missing, strongest }: RunHeadlines): Html {
  const named = folder.endsWith(`/seed_${seed}`) ? `seed ${seed}: ` : "";
  if (missing !== undefined) return html`<span>${named}missing</span>\n`;
  const value = strongest?.value === undefined ? "" : numberText(strongest.value, 3);
  const text = experiment.task === SCORES
    ? value || "no scores"
    : strongest === undefined
    ? "none certain"
    : `${partText(strongest)}: ${value}${strongest.specific === "no" ? ", its control too" : ""}`;
  return html`<a href="${folder}/report.html">${named}${text}</a>\n`;
}
