/** methods.md: paragraphs for a paper's methods section, from the manifests of the parts. */

import KIT_FILES from "../../../data/files.json" with { type: "json" };
import type { Manifest, ModelSizes } from "../../files/manifest.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { nameOf } from "../../opening/find_model.ts";
import { clusterBy } from "../../study/clusters.ts";
import type { FinishedPart } from "../parts/part.ts";
import { DOUBTED } from "../../data/formats/valse.ts";
import { LEFT_OUT } from "../../data/read.ts";

export type DescribedRun = Pick<FinishedPart, "name" | "manifest">;

function measureSentences(parts: readonly DescribedRun[]): string[] {
  const { score = "100 x the cosine of their embeddings", causal } = parts[0]!.manifest.model!;
  return [
    `The score of a sentence and an image is S = ${score}, and d = S(caption) - S(foil), where the caption is true of the image and the foil is not. Rows are correct (d >= 1), ambiguous (-1 <= d < 1) or incorrect (d < -1); accuracy is the share of rows with d > 0, in which a tie counts one half.`,
    ...TRACE,
    attendSentence(causal!),
    ...KNOCKOUT,
    ...CORRELATE,
    sizeSentence(parts),
    ...manifestOf(parts, "ablate") === undefined ? [] : ABLATE, // which has no image tower to run on
  ];
}

function manifestOf(parts: readonly DescribedRun[], name: string): Manifest | undefined {
  return parts.find((part) => part.name === name)?.manifest;
}

const TRACE = [
  "For causal tracing (Quantmeyer et al. 2024), the residual-stream vector of the negated sentence at one layer, the embeddings or the output of a block, and at one position took the place of the vector at the same layer and position in the run of the affirmative sentence; the causal tracing effect (CTE) is the part of d that this one swap restores, divided by d.",
  "It is averaged over the rows of a negated side and segment by the role of the token: for further subject tokens over tokens, for other roles over rows.",
  "Over all segments of a side together, where rows whose d is near 0 would decide a mean of ratios, we give the mean effect divided by the mean d instead.",
];

function attendSentence(causal: boolean): string {
  const positions = causal
    ? "the positions after the negator"
    : "all positions but that of the negator, since attention is not causal";
  return `A head's selectivity is the mean over rows of the largest difference between its attention to the negator and to the word in the negator's place in the affirmative sentence, over ${positions}; its baseline is the same with the two sentences exchanged.`;
}

const KNOCKOUT = [
  "For the knock-out, the attention weights of one head on the negator were set to 0 at all positions, without renormalising the others, and the effect is the part of d that this removes; the control is the same for the word in the negator's place in the affirmative sentence.",
];

const CORRELATE = [
  "On each negated side, Pearson's r with d was computed for the cosine of the text embeddings of caption and foil, for the number of tokens of the negated sentence and, on rows that have one, for the size of the subject; each r was computed again without the rows of the sentence pair that has the most rows.",
];

const ABLATE = [
  "In the image encoder, the output of the attention or of the MLP of one block was replaced at all positions by its value for a flat image, in which every pixel is the mean of the image in each channel; the effect is the part of d that this removes.",
];

function sizeSentence(parts: readonly DescribedRun[]): string {
  const segmenter = manifestOf(parts, "segment")?.options["segmenter"];
  if (typeof segmenter === "string") {
    return `The size of a subject is the mean over all pixels of CLIPSeg's probability (Lüddecke and Ecker 2022; ${
      nameOf(segmenter)
    }) for the first noun phrase of the caption, in foil-negated rows, whose subject is in the image.`;
  }
  const isGiven = manifestOf(parts, "correlate")?.options["subject-sizes"] !== undefined;
  return isGiven
    ? "The sizes of the subjects were read from a file of their own [how they were measured]."
    : "The sizes of the subjects are those that the data file has, if it has any [how they were measured].";
}

function statisticsSentences(manifest: Manifest): string[] {
  const { seed, versions: { kit, deno, onnxruntime }, options } = manifest;
  const { cluster, device = "cpu" } = options;
  const shared = clusterBy(cluster) === "noun"
    ? "whose negated sentences have the same subject noun"
    : "with the same two sentences";
  return [
    `Rows ${shared} are not independent; they form a cluster, which all intervals and tests keep together. Intervals are at 95 %, and none is given below ${FEWEST_CLUSTERS} effective clusters.`,
    "Those of means, ratios of means and correlations over rows are percentiles of 2,000 bootstrap samples of clusters, further out where the effective clusters are few; those of accuracies are Wilson's on the effective number of rows (Korn and Graubard 1998).",
    "For the map of the CTE, simultaneous intervals (max-t; Montiel Olea and Plagborg-Møller 2019) allow for the choice of the largest cell of a side and segment.",
    "Correlations with d of features of a sentence pair and of a head's largest differences of attention were tested by a wild cluster bootstrap-t with the null hypothesis imposed (Cameron, Gelbach and Miller 2008), with 9,999 draws or, with 14 clusters or fewer, all vectors of signs.",
    "Those of the subject's size were tested by 9,999 permutations within clusters and among clusters with equally many rows (Winkler et al. 2015).",
    "The q-values follow Benjamini and Hochberg (1995), over all heads on a side and over the table of features.",
    `All numbers come from runs with seed ${seed} of negscope ${kit} (Deno ${deno}, ONNX Runtime ${onnxruntime}${
      device === "cpu" ? "" : ` on ${device}`
    }).`,
  ];
}

/** Describes what was measured, on what, and how, ready to be pasted. What no manifest can know stands in square brackets. */
export function methodsText(parts: readonly DescribedRun[]): string {
  const paragraphs = [
    [...modelSentences(parts[0]!.manifest), ...dataSentences(parts)],
    measureSentences(parts),
    statisticsSentences(parts[0]!.manifest),
  ];
  return `${paragraphs.map((sentences) => sentences.join(" ")).join("\n\n")}\n`;
}

function modelSentences({ model, options }: Manifest): string[] {
  const { name, text, image, taken = [] } = model!;
  const towers = image === undefined
    ? `a text encoder of ${sizesText(text)}`
    : `a text encoder of ${sizesText(text)}, and an image encoder of ${sizesText(image)}`;
  const isRun = options["image-embeddings"] === undefined;
  const read = taken.filter(({ tower }) => tower === "text" || isRun);
  const files = read.map(({ tower, from }) => `the ${tower} encoder from ${from}`);
  return [
    `We measured ${name}, with ${towers}.`,
    `We read ${files.join(" and ")}.`,
    ...options["random-weights"] === undefined ? [] : [
      `Its weights were replaced by random ones, drawn with seed ${
        options["random-weights"]
      }: a baseline of the same shape that has learnt nothing.`,
    ],
    ...isRun ? [] : [
      `Its image encoder was not run; in its place stand ${
        taken.find(({ tower }) => tower === "image")?.from ?? "embeddings in a file"
      } [made by which model].`,
    ],
  ];
}

function sizesText({ layers, heads, width }: ModelSizes): string {
  return `${layers} blocks of ${heads} heads, width ${width}`;
}

function dataSentences(parts: readonly DescribedRun[]): string[] {
  const { manifest: { sources, options, rows: { read, format } } } = parts[0]!;
  const file = sources.data[0]?.file ?? "[file]";
  const protocols = new Map<string, Manifest>();
  for (const { manifest } of parts) {
    const protocol = manifest.options["protocol"];
    const isOfData = manifest.model !== undefined && manifest.sources.data[0]?.file === file;
    if (isOfData && typeof protocol === "string" && !protocols.has(protocol)) {
      protocols.set(protocol, manifest);
    }
  }
  return [
    format === "pairs"
      ? `The data are ${read} pairs of sentences with an image, made by a script [which].`
      : isDrawn(parts[0]!.manifest)
      ? `The data are ${read} rows that come with negscope: drawings of shapes made by its recipe, with sentences in the format of VALSE (Parcalabescu et al. 2022). Nobody annotated them: in the place of annotators, the recipe drew three votes for each row at random.`
      : options["data"] === undefined
      ? `The data are ${read} rows that come with negscope's planted models, pairs of sentences with an image.`
      : `The data are the ${read} rows of ${file}${FORMATS[format ?? ""] ?? ""}.`,
    ...[...protocols].flatMap(([protocol, manifest]) => [
      formSentence(protocol, manifest),
      ...rowSentences(protocol, manifest),
    ]),
  ];
}

/** Whether the rows are the embedded drawings, whose votes are drawn at random, wherever the file was read from. */
function isDrawn({ options, sources, rows: { format } }: Manifest): boolean {
  if (format !== "valse") return false;
  return options["data"] === undefined ||
    sources.data[0]?.sha256 === KIT_FILES["data/shapes/existence.json"];
}

const FORMATS: Readonly<Record<string, string>> = {
  valse: ", in the format of VALSE (Parcalabescu et al. 2022)",
  list: ", a list of pairs of sentences with an image",
};

function formSentence(protocol: string, manifest: Manifest): string {
  const isValse = manifest.rows.format === "valse";
  if (protocol === "rephrased") {
    return isValse
      ? 'Under the rephrased protocol, "There are X" becomes "There are some X", and a row is kept if its negated sentence begins with "There is no" or "There are no" and its two sentences then differ in the third word alone, so that their tokens are aligned by position.'
      : "Under the rephrased protocol, the sentences of this file stand as they are; those of a row have equally many tokens and differ in one word, so that their tokens are aligned by position.";
  }
  return isValse && protocol === "all"
    ? `Under the protocol of all rows, the sentences stand as they are, and rows are kept whatever the ${
      isDrawn(manifest) ? "votes" : "annotators"
    } say.`
    : `Under ${protocolText(protocol)}, the sentences stand as they are.`;
}

function rowSentences(protocol: string, manifest: Manifest): string[] {
  const { rows: { kept, dropped }, seed } = manifest;
  const isSample = ({ reason }: { readonly reason: string }) => reason === LEFT_OUT.limit;
  const sampled = dropped.filter(isSample).reduce((sum, { n }) => sum + n, 0);
  const byRule = dropped.filter((rows) => rows.skipped !== true && !isSample(rows));
  const unusable = dropped.filter(({ skipped }) => skipped === true);
  const reasonText = (reason: string) =>
    reason === DOUBTED && isDrawn(manifest)
      ? "fewer than 2 of the drawn votes agree with the caption"
      : reason;
  const reasonsOf = (rows: Manifest["rows"]["dropped"]) =>
    rows.map(({ reason, n }) => `${reasonText(reason)} (${rowsText(n)})`).join("; ");
  return [
    `There remain ${rowsText(kept + sampled)} under ${protocolText(protocol)}.`,
    ...byRule.length === 0 ? [] : [`Others were left out by rule: ${reasonsOf(byRule)}.`],
    ...unusable.length === 0 ? [] : [
      `Rows that could not be used were left out too (--skip-bad): ${reasonsOf(unusable)}.`,
    ],
    ...sampled === 0 ? [] : [
      `Of these rows we used a sample of ${kept}, drawn with seed ${seed}, in which each negated side has its share.`,
    ],
  ];
}

function protocolText(protocol: string): string {
  return protocol === "all" ? "the protocol of all rows" : `the ${protocol} protocol`;
}

function rowsText(n: number): string {
  return n === 1 ? "1 row" : `${n} rows`;
}
