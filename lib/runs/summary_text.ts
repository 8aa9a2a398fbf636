/** The text that a run prints at its end, and writes as summary.txt: what was run, what was found, how, and what the words mean. */

import { visibleText } from "../errors.ts";
import { warningText } from "../data/bad_rows.ts";
import type { Pair } from "../data/pairs.ts";
import { GLOSSARY } from "../study/glossary.ts";
import { sentencePairsText } from "../study/rows/prepare.ts";
import { glossaryText, methodBlock, summaryParts, wordsUsed, wrapText } from "../tables/words.ts";
import { findingText, joinedFinding } from "../study/experiment/finding.ts";
import type { Outcome } from "../study/experiment/outcome.ts";
import { type ClusterBy, clusterBy, clusterOf, clustersText } from "../study/clusters.ts";
import { takenText } from "../study/study_text.ts";
import { flagName, SEED } from "../study/choice/study_options.ts";
import { printOptions, standardOptions } from "../options/values.ts";
import { rowLines } from "./row_lines.ts";
import type { RunOutput } from "./write_run.ts";

export function summaryText(
  run: RunOutput,
  pairs: readonly Pair[],
  { findings, words }: Pick<Outcome, "findings" | "words">,
): string {
  const found = [
    `${heading(run, pairs)}\n`,
    findingText(joinedFinding(findings)),
    methodBlock(methodLines(run, pairs)),
  ].filter((part) => part !== "").join("\n");
  const { score } = run.model;
  const glossary = score === undefined
    ? GLOSSARY
    : GLOSSARY.map((each) =>
      each.word === "S"
        ? { ...each, means: `${score}, of the embeddings of sentence and image` }
        : each
    );
  const used = wordsUsed(found, [...glossary, ...words]);
  return visibleText(`${found}\n${glossaryText(used)}`);
}

/**
 * The findings in the summary of a run: its sentences, tables and notes.
 *
 * @param scores The findings of the same rows' scores, which are then left out too. @default {they stay}
 */
export function findingsIn(summary: string, scores = ""): string {
  const { sentences, tables } = summaryParts(summary);
  const found = [sentences, tables].filter((part) => part !== "").join("\n\n");
  return scores.split("\n\n").reduce(withoutLines, found).replaceAll(/\n{3,}/g, "\n\n").trim();
}

function withoutLines(text: string, lines: string): string {
  return lines === "" ? text : `\n${text}\n`.replace(`\n${lines}\n`, () => "\n").slice(1, -1);
}

/** What ran, on how many rows. */
function heading({ identity, model, rows }: RunOutput, pairs: readonly Pair[]): string {
  const used = `${pairs.length} of ${rows.read} rows, ${identity.options["protocol"]} protocol`;
  return wrapText(`negscope ${identity.command}: ${model.name}, ${used}`);
}

function methodLines(run: RunOutput, pairs: readonly Pair[]): string[] {
  const { identity, model, rows: counts, warnings } = run;
  const { layers, heads, width } = model.text;
  const taken = takenText(model.taken ?? []);
  const isTextOnly = pairs.every(({ image }) => image === "");
  const lines = [
    `Sizes: text tower of ${layers} blocks x ${heads} heads, width ${width}`,
    taken && wrapText(taken),
    model.score && wrapText(`S = ${model.score}`),
    sentencePairsText(pairs),
    isTextOnly ? "Sentences without images: the negated one counts as the foil" : undefined,
    ...rowLines(counts, pairs), // with ids and reasons, which are searched for: lines stay whole
    ...warnings.map(warningText),
    clusterLine(pairs, clusterBy(identity.options["cluster"])),
    optionsLine(run),
    measuredLine(run, pairs.length),
  ];
  return lines.filter((line) => line !== undefined);
}

/** Which rows are not independent, and how many groups of them there are. */
function clusterLine(pairs: readonly Pair[], by: ClusterBy | undefined): string {
  const clusters = new Set(pairs.map((pair) => clusterOf(pair, by))).size;
  return `Intervals and tests keep the rows of each of ${clusters} ${clustersText(by)} together`;
}

/** The options of the experiment that are not the standard ones, and a seed of one's own, as flags. */
function optionsLine({ chosen: { experiment, options }, seed }: RunOutput): string | undefined {
  const standard = printOptions(experiment.options, standardOptions(experiment.options));
  const given = Object.entries(printOptions(experiment.options, options))
    .filter(([name, text]) => text !== standard[name]);
  if (seed !== SEED.standard) given.push(["seed", `${seed}`]);
  if (given.length === 0) return undefined;
  const flags = given.map(([name, text]) => {
    const brief = experiment.options[name]?.brief?.(options[name]) ?? text;
    return text === "true" ? `--${flagName(name)}` : `--${flagName(name)} ${brief}`;
  });
  return wrapText(`Options: ${flags.join(" ")}`);
}

function measuredLine(
  { engines = {}, chosen: { options } }: RunOutput,
  rows: number,
): string | undefined {
  const measured = Object.entries(engines);
  if (measured.length === 0) return undefined;
  const left = rows - measured.reduce((sum, [, n]) => sum + n, 0);
  const parts = measured.map(([engine, n]) => `${n} by ${engine}`);
  if (left > 0) {
    const why = "segments" in options ? " (outside --segments)" : "";
    parts.push(`${left} not measured${why}`);
  }
  return wrapText(`Rows measured: ${parts.join(", ")}`);
}
