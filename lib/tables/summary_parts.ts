/** The parts of a summary, in the order of a reader: what ran, what was found, how it was measured, and what the words mean. */

import { withoutGlossary } from "./words.ts";
import { unwrapText } from "./wrap_text.ts";

/** The parts of a summary; one that it lacks is empty, and none ends in a line feed. */
export interface SummaryParts {
  readonly heading: string;
  readonly sentences: string;
  readonly tables: string;
  readonly method: string;
  /** The words with what they mean, below their heading. */
  readonly words: string;
}

const METHOD = "Model, rows and options";

export function methodBlock(lines: readonly string[]): string {
  return [METHOD, ...lines].map((line) => `${line}\n`).join("");
}

export function summaryParts(summary: string): SummaryParts {
  const text = summary.trimEnd();
  const found = withoutGlossary(text);
  const [before, ...method] = found.split(`\n\n${METHOD}\n`);
  const [heading, ...blocks] = before!.split(/\n{2,}/);
  return {
    heading: heading!,
    ...findingParts(blocks.join("\n\n")),
    method: method.join("\n\n").trimEnd(),
    words: text.slice(found.length).trim(),
  };
}

/** Takes findings apart: the sentences stand first, and each line of them ends in a full stop. */
export function findingParts(findings: string): Pick<SummaryParts, "sentences" | "tables"> {
  const blocks = findings.trim().split(/\n{2,}/);
  const isOfSentences = (block: string) =>
    unwrapText(block).split("\n").every((line) => line.endsWith("."));
  const end = blocks.findIndex((block) => !isOfSentences(block));
  const of = (part: readonly string[]) => part.join("\n\n");
  return end < 0
    ? { sentences: of(blocks), tables: "" }
    : { sentences: of(blocks.slice(0, end)), tables: of(blocks.slice(end)) };
}
