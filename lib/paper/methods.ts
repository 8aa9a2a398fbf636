/** methods.md: a paragraph for a paper's methods section, from the manifests of the parts. */

import type { Manifest, ModelSizes } from "../files/manifest.ts";
import type { FinishedPart } from "./beside.ts";

/**
 * Describes what was measured, on what, and how, ready to be pasted.
 *
 * @param parts The finished parts; at least one.
 * @param further The names of what was done beside them.
 */
export function methodsText(
  parts: readonly FinishedPart[],
  further: readonly string[] = [],
): string {
  const has = (name: string) => further.includes(name) || parts.some((part) => part.name === name);
  const paragraphs = [
    [...modelSentences(parts[0]!.manifest), ...dataSentences(parts)],
    [
      `The score of a sentence and an image is S = ${
        parts[0]!.manifest.model?.score ?? "100 x the cosine of their embeddings"
      }, and d = S(caption) - S(foil), where the caption is true of the image. Rows are correct (d >= 1), ambiguous (-1 <= d < 1) or incorrect (d < -1); accuracy is the share of rows with d > 0.`,
      ...has("trace") ? [TRACE] : [],
      ...has("attend") ? [ATTEND] : [],
      ...has("knockout") ? [KNOCKOUT] : [],
      ...has("correlate") ? [CORRELATE] : [],
      ...has("segment") ? [SEGMENT] : [],
      ...has("generalise") ? [GENERALISE] : [],
      ...has("ablate") ? [ABLATE] : [],
    ],
    statisticsSentences(parts),
  ];
  return `${paragraphs.map((sentences) => sentences.join(" ")).join("\n\n")}\n`;
}

const TRACE =
  "For causal tracing (Quantmeyer et al. 2024), the residual-stream vector of the negated sentence at one layer and position replaced the one at the same place in the affirmative sentence; the causal tracing effect (CTE) is the share of d that this swap restores, averaged over the rows of a side and segment by the role of the token (for further subject tokens over tokens).";
const ATTEND =
  "A head's selectivity is the mean, over rows, of the largest difference between its attention to the negator and to the word in its place in the affirmative sentence, over later positions; its baseline is the same with the two sentences exchanged.";
const KNOCKOUT =
  "For the knock-out, a head's attention weights on the negator were set to 0 without renormalisation; its control is the same for the word in the negator's place in the affirmative sentence.";
const CORRELATE =
  "Correlations with d are Pearson's r, with intervals and tests that allow for rows with the same sentences.";
const SEGMENT =
  "The size of a subject is the mean over all pixels of CLIPSeg's probability for the first noun phrase of the caption, in the rows whose subject is in the image.";
const GENERALISE =
  "The order of the heads by selectivity was compared with that on other negated sentences, in which the first negator was exchanged for the twin, by Spearman's rank correlation over heads.";
const ABLATE =
  "In the image encoder, the output of the attention or the MLP of one block was replaced at all positions by its value for a flat image of the same mean colour.";

function modelSentences({ model }: Manifest): string[] {
  if (model === undefined) return [];
  const image = model.image && ` and an image encoder of ${sizesText(model.image)}`;
  const taken = (model.taken ?? []).map(({ tower, from }) => `${tower} encoder: ${from}`);
  const files = taken.length === 0 ? "" : ` (${taken.join("; ")})`;
  return [
    `We measured ${model.name}, which has a text encoder of ${sizesText(model.text)}${
      image ?? ""
    }${files}.`,
  ];
}

function sizesText({ layers, heads, width }: ModelSizes): string {
  return `${layers} blocks with ${heads} heads and width ${width}`;
}

function dataSentences(parts: readonly FinishedPart[]): string[] {
  const { manifest: { sources, rows: { read } } } = parts[0]!;
  const file = sources.data[0]?.file ?? "the rows";
  const protocols = new Map(parts.map(({ manifest }) => [protocolOf(manifest), manifest.rows]));
  const used = [...protocols].map(([protocol, { kept, dropped }]) => {
    const reasons = dropped.map(({ reason, n }) => `${n}: ${reason}`);
    const left = reasons.length === 0 ? "" : ` (left out: ${reasons.join("; ")})`;
    return `${kept} rows under the ${protocol} protocol${left}`;
  });
  return [
    `The data are the ${read} rows of ${file}, of which we used ${used.join(", and ")}.`,
    ...protocols.has("rephrased")
      ? [
        'Under the rephrased protocol, "There are X" becomes "There are some X", and the two sentences of a row differ in the third word alone, so that their tokens are aligned by position.',
      ]
      : [],
  ];
}

function statisticsSentences(parts: readonly FinishedPart[]): string[] {
  const { seed, versions: { kit, deno, onnxruntime }, options } = parts[0]!.manifest;
  const kept = options["cluster"] === "noun" ? "the same subject noun" : "the same sentence pair";
  return [
    `Rows with ${kept} are not independent: intervals are 95 % intervals from a bootstrap that resamples these clusters (2,000 draws), for accuracies Wilson's interval on the effective number of rows, and are not given below six effective clusters.`,
    "For the map of the CTE, simultaneous intervals (max-t) allow for the choice of the largest cell.",
    "Correlations of features of a sentence pair are tested by a wild cluster bootstrap-t with the null hypothesis imposed, and those of the subject's size by permutation within clusters and among clusters of equal size (9,999 draws each); q-values follow Benjamini and Hochberg (1995), over all heads of a side or over the table.",
    `All numbers come from one run with seed ${seed} of negscope ${kit} (Deno ${deno}, ONNX Runtime ${onnxruntime}).`,
  ];
}

function protocolOf({ options }: Manifest): string {
  return typeof options["protocol"] === "string" ? options["protocol"] : "rephrased";
}
