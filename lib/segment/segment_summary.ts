/** The summary of a segmentation. */

import { idsText } from "../data/checks/suspect_negation.ts";
import { visibleText } from "../errors.ts";
import type { Manifest } from "../files/manifest.ts";
import { rowLines } from "../runs/row_lines.ts";
import { quantile } from "../stats/quantile.ts";
import { glossaryText, methodBlock, type Word, wrapText } from "../tables/words.ts";
import type { SegmentInputs } from "./segment_inputs.ts";
import { type SubjectMask, THRESHOLD } from "./subject_mask.ts";

const WORDS: readonly Word[] = [
  {
    word: "subject_size",
    means:
      `mean over an image's pixels of the probability that they show what the phrase names; subject_size_binary: share of the pixels whose probability is above ${THRESHOLD}`,
  },
  {
    word: "phrase",
    means: "the first noun phrase of the caption with its determiner, such as some cars",
  },
  {
    word: "foil-negated",
    means: "the false sentence is the negated one, so that the subject is in the image",
  },
];

const SHARES = [["least", 0], ["lower quarter", 0.25], ["median", 0.5], ["upper quarter", 0.75], [
  "greatest",
  1,
]] as const;

export function segmentSummary(
  { pairs, segmented, unnamed }: SegmentInputs,
  { name, masks, rows, protocol }: {
    readonly name: string;
    readonly masks: ReadonlyMap<string, SubjectMask>;
    readonly rows: Manifest["rows"];
    readonly protocol: string;
  },
): string {
  const distinct = new Set(segmented.map(({ pair: { image } }) => image)).size;
  const used = `${pairs.length} of ${rows.read} rows, ${protocol} protocol`;
  const found = [
    `${wrapText(`negscope segment: ${name}, ${used}`)}\n`,
    sizesTable([...masks.values()]),
    methodBlock([
      ...rowLines(rows, pairs),
      `${segmented.length} foil-negated rows with a phrase, on ${distinct} images`,
      ...unnamed.length === 0
        ? []
        : [`${unnamed.length} foil-negated rows without a phrase (${idsText(unnamed)})`],
    ]),
  ].join("\n");
  return visibleText(`${found}\n${glossaryText(WORDS)}`);
}

function sizesTable(masks: readonly SubjectMask[]): string {
  const columns = [masks.map(({ size }) => size), masks.map(({ binary }) => binary)];
  const cells = columns.map((values) => {
    const sorted = Float64Array.from(values).sort();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, ...SHARES.map(([, share]) => quantile(sorted, share)!)];
  });
  const names = ["mean", ...SHARES.map(([name]) => name)];
  const lines = names.map((name, i) =>
    `${name.padEnd(15)}${cells[0]![i]!.toFixed(3).padStart(12)}${
      cells[1]![i]!.toFixed(3).padStart(21)
    }`
  );
  const head = `${"over rows".padEnd(15)}${"subject_size".padStart(12)}${
    "subject_size_binary".padStart(21)
  }`;
  return [head, ...lines, ""].join("\n");
}
