/** The summary of a benchmark. */

import type { Manifest } from "../../files/manifest.ts";
import { idsText } from "../../data/checks/suspect_negation.ts";
import { BENCHMARK_WORDS } from "../../benchmark/findings.ts";
import { visibleText } from "../../errors.ts";
import { type Finding, findingText, joinedFinding } from "../../study/experiment/finding.ts";
import { GLOSSARY } from "../../study/glossary.ts";
import { takenText } from "../../study/study_text.ts";
import { methodBlock } from "../../tables/summary_parts.ts";
import { glossaryText, wordsUsed } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import type { BenchmarkInputs } from "./inputs.ts";
import type { BenchmarkTask } from "./task.ts";

export function benchmarkSummary(
  { format, rows, study: { modelName } }: BenchmarkInputs,
  { task, findings, seed, model, clusters }: {
    readonly task: BenchmarkTask;
    readonly findings: readonly Finding[];
    readonly seed: number;
    readonly model: NonNullable<Manifest["model"]>;
    readonly clusters: string;
  },
): string {
  const heading =
    `negscope benchmark: ${modelName}, ${format.title}, ${rows.kept} of ${rows.read} rows`;
  const taken = takenText(model.taken ?? []);
  const { layers, heads, width } = model.text;
  const found = [
    `${wrapText(heading)}\n`,
    findingText(joinedFinding(findings)),
    methodBlock([
      `Sizes: text tower of ${layers} blocks x ${heads} heads, width ${width}`,
      ...taken === undefined ? [] : [wrapText(taken)],
      ...model.score === undefined ? [] : [wrapText(`S = ${model.score}`)],
      ...rows.dropped.map(({ n, reason, ids, skipped }) =>
        `${n} rows ${skipped ? "skipped" : "left out"}: ${reason}${
          skipped && ids !== undefined ? ` (${idsText(ids)})` : ""
        }`
      ),
      `Intervals keep the rows of each of the ${clusters} together`,
      ...task.published ? ["Counted as by the script of the set (--published)"] : [],
      ...task.unnormalised
        ? ["Scores are inner products of embeddings that are not normalised (--unnormalised)"]
        : [],
      ...seed === 0 ? [] : [`Options: --seed ${seed}`],
    ]),
  ].join("\n");
  const words = [...GLOSSARY.filter(({ word }) => word === "S"), ...BENCHMARK_WORDS];
  return visibleText(`${found}\n${glossaryText(wordsUsed(found, words))}`);
}
