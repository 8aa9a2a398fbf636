/** summary.txt of a study: a line for each run, and what is missing. */

import { GLOSSARY } from "../../study/glossary.ts";
import { type FindingLine, findingText } from "../../study/experiment/finding.ts";
import { headName } from "../../tables/nodes.ts";
import { estimateText, intervalText } from "../../tables/text_table.ts";
import { glossaryText, wordsUsed, wrapText } from "../../tables/words.ts";
import type { Verdict } from "../../study/evaluate/verdict.ts";
import type { GridCell } from "../grid.ts";
import { boundsOf, keyIn, type RunHeadlines } from "./headlines.ts";
import { SCORES, type StudyTableRow } from "./study_table.ts";

/** A model on data of a study, and its verdict. */
export interface ScoredCell {
  readonly cell: GridCell;
  readonly verdict: Verdict;
}

export function studyText(
  file: string,
  runs: readonly RunHeadlines[],
  scored: readonly ScoredCell[] = [],
): string {
  const finished = runs.filter(({ missing }) => missing === undefined);
  const missing = runs.filter((run) => run.missing !== undefined);
  const countOf = (name: "model" | "data" | "experiment") =>
    new Set(runs.map(({ cell }) => cell[name].name)).size;
  const isControlled = finished.some(({ strongest }) => strongest?.control !== undefined);
  const found = findingText({
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
      "study.csv has every estimate of every run with its interval",
    ],
  });
  const words = glossaryText(wordsUsed(found, GLOSSARY));
  return [wrapText(`negscope study: ${file}`), found.trimEnd(), words.trimEnd()]
    .filter((part) => part !== "").join("\n\n") + "\n";
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
  { cell, accuracy, meanD, strongest, called }: RunHeadlines,
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
    "mean d": meanD?.value,
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
  const text = (row: StudyTableRow) =>
    `of ${row.model} on ${row.data}, ${estimateText(row.value, row)},`;
  const [highest, lowest] = [first, last].map((row) => placesWith(row, known));
  if (highest === 1 && lowest === 1) {
    return [`The accuracy ${text(first)} is the highest, and that ${text(last)} the lowest`];
  }
  const sentence = (row: StudyTableRow, places: number, which: string) =>
    places === 1
      ? `The accuracy ${text(row)} is the ${which}`
      : `${places} pairs of a model and data share the ${which} accuracy, ${
        estimateText(row.value, {})
      }`;
  return [sentence(first, highest!, "highest"), sentence(last, lowest!, "lowest")];
}

/** How many pairs of a model and data have the accuracy of a row, with any seed. */
function placesWith({ value }: StudyTableRow, rows: readonly StudyTableRow[]): number {
  const same = rows.filter((row) => row.value === value);
  return new Set(same.map(({ model, data }) => JSON.stringify([model, data]))).size;
}

/** A part as other summaries name it: its head as 1.2, or its keys, with its side. */
export function partText({ part, negation }: Pick<StudyTableRow, "part" | "negation">): string {
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
