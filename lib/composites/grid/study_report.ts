/** report.html of a study: what ran, the charts, and for each experiment a table of models and data that leads to each run. */

import {
  boundsOf,
  CIRCUIT,
  type EstimateRow,
  keyIn,
  type RunHeadlines,
  SCORES,
} from "./study_table.ts";
import { GLOSSARY } from "../../study/glossary.ts";
import type { Finding, FindingLine } from "../../study/experiment/finding.ts";
import { headName } from "../../tables/nodes.ts";
import { intervalText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";
import { bestSentences, type JudgedModel, modelNames } from "../compare/models.ts";
import { heatMap } from "../../charts/heat_map.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { documentHtml, type Section, section } from "../../report/page.ts";
import { type Html, html } from "../../report/html.ts";
import { type Figure, figuresHtml, tablesHtml } from "../../report/table.ts";
import { type Summary, summaryHtml, summaryOf } from "../../report/summary.ts";
import type { AnyTable } from "../../tables/table.ts";

export function studySummary(file: string, runs: readonly RunHeadlines[]): Summary {
  const finished = runs.filter(({ missing }) => missing === undefined);
  const missing = runs.filter((run) => run.missing !== undefined);
  const isControlled = finished.some(({ strongest }) => strongest?.control !== undefined);
  const shared = sharedSentences(finished);
  const found: Finding = {
    sentences: [
      ...missing.length === 0 ? [] : [`${missing.length} of ${runs.length} runs are missing`],
      ...bestSentences(judgedModels(finished)),
      ...shared,
      ...shared.length === 0 || isControlled
        ? []
        : ["No run has a control, so that these parts need not be of negation"],
    ],
    tables: [{
      title: "The strongest part of each run",
      lines: finished.filter(({ cell }) => cell.experiment.task !== SCORES)
        .map((run) => runLine(run, { isControlled, runs: finished })),
    }],
    notes: [
      ...missing.map(({ cell, missing }) => `missing: ${cell.folder}: ${missing}`),
      ...finished.length === 0 ? [] : [
        "strongest: the largest absolute value (of attend: above 0) whose interval excludes 0, over all rows, or over those of --segments where the method has no value over all, without what the method fixes for every model; the interval holds for all parts at once where the table has such intervals",
      ],
      "estimates.csv has every estimate of every run with its interval",
    ],
  };
  return summaryOf(`negscope study: ${file}`, [found], { words: GLOSSARY });
}

/** The scores of each model on each data, with their verdict. */
function judgedModels(runs: readonly RunHeadlines[]): JudgedModel[] {
  const placeOf = ({ cell: { model, data, seed } }: RunHeadlines) => (
    { model: model.name, data: data.name, seed }
  );
  const nameOf = modelNames(runs.map(placeOf));
  const models = Map.groupBy(runs, (run) => JSON.stringify(placeOf(run)));
  return models.values().map((own): JudgedModel => {
    const { accuracy, gamma } = own[0]!;
    const { verdict } = own.find((run) => run.verdict !== undefined) ?? {};
    return { name: nameOf(placeOf(own[0]!)), verdict, accuracy, gamma, rows: accuracy?.n };
  }).toArray();
}

/** Whether models on the same data share their strongest part and their circuit, of the first data of each experiment. */
function sharedSentences(runs: readonly RunHeadlines[]): string[] {
  const groups = Map.groupBy(
    runs,
    ({ cell: { experiment, data, seed } }) => JSON.stringify([experiment.name, data.name, seed]),
  );
  const first = new Map(
    [...groups.values()].toReversed().map((own) => [own[0]!.cell.experiment.name, own]),
  );
  return [...first].toReversed().flatMap(([name, own]) => {
    const parts = own.flatMap(({ strongest, cell: { experiment } }) =>
      strongest === undefined || experiment.task === SCORES ? [] : [placeText(strongest)]
    );
    if (parts.length < 2) return [];
    const circuits = own.filter(({ cell }) => cell.experiment.task === CIRCUIT)
      .map(({ all }) => new Set(all.map(placeText)));
    const common = circuits.length < 2
      ? undefined
      : [...circuits.reduce((one, other) => one.intersection(other))];
    const [most] = [...Map.groupBy(parts, (part) => part)].toSorted(([, a], [, b]) =>
      b.length - a.length
    );
    return [
      ...common === undefined ? [] : [
        common.length === 0
          ? `The circuits of ${circuits.length} models have no part in common`
          : `The circuits of ${circuits.length} models have ${common.length} part${
            common.length === 1 ? "" : "s"
          } in common: ${namesText(common)}`,
      ],
      most![1].length === 1
        ? `By ${name}, each of ${parts.length} models has another strongest part`
        : `By ${name}, ${most![0]} is the strongest part in ${
          most![1].length
        } of ${parts.length} models`,
    ];
  });
}

function runLine(
  { cell, accuracy, gamma, strongest }: RunHeadlines,
  { isControlled, runs }: {
    readonly isControlled: boolean;
    readonly runs: readonly RunHeadlines[];
  },
): FindingLine {
  const { model, data, experiment, folder, seed } = cell;
  return {
    model: model.name,
    ...runs.some(({ cell }) => cell.data.name !== data.name) && { data: data.name },
    experiment: experiment.name,
    ...folder.endsWith(`/seed_${seed}`) && { seed },
    ...{ accuracy: accuracy?.value, gamma: gamma?.value },
    strongest: strongest === undefined ? "none certain" : partText(strongest),
    value: strongest?.value,
    interval: strongest === undefined ? undefined : intervalText(boundsOf(strongest), 2),
    ...isControlled && { "beyond control": strongest?.specific },
  };
}

/** A part without its side. */
function placeText({ part }: Pick<EstimateRow, "part">): string {
  return partText({ part, negation: undefined });
}

/** A part as other summaries name it: its head as 1.2, or its keys, with its side. */
function partText({ part, negation }: Pick<EstimateRow, "part" | "negation">): string {
  const [layer, head] = [keyIn(part, "layer"), keyIn(part, "head")];
  const keys = (part ?? "").split(";").filter((each) =>
    each !== "" && !/^(site|direction|tower|method|segment|ranking)=/.test(each)
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

export const ACCURACY_CHART = "study_accuracy";

export function accuracyChart(runs: readonly RunHeadlines[], options: ChartOptions): ChartSpec {
  const placeOf = ({ cell: { model, seed } }: RunHeadlines) => ({ model: model.name, seed });
  const nameOf = modelNames(runs.map(placeOf));
  const cells = runs.flatMap((run) => {
    const { accuracy } = run;
    return accuracy === undefined
      ? []
      : [{ ...accuracy, ...boundsOf(accuracy), model: nameOf(placeOf(run)) }];
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
  const sections: Section[] = [
    ...found === undefined ? [] : [section("Found", found)],
    section("Figures", figuresHtml(figures, MOST_BYTES)),
    section("Runs", html`<ul>${runs.map(runHtml)}</ul>`),
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

/** The way to a run, whose numbers are in the table of all. */
function runHtml({ cell: { folder }, missing }: RunHeadlines): Html {
  return missing === undefined
    ? html`<li><a href="${folder}/report.html">${folder}</a>\n`
    : html`<li><b>${folder}</b> is missing: ${missing}\n`;
}
