/** methods.md: paragraphs for a paper's methods section, from the manifests of the parts. */

import KIT_FILES from "../../data/files.json" with { type: "json" };
import { DOUBTED } from "../data/formats/valse.ts";
import type { Manifest, ModelSizes } from "../files/manifest.ts";
import { LEFT_OUT } from "../data/read.ts";
import type { FinishedPart } from "../parts/shown_parts.ts";
import { measureSentences, statisticsSentences } from "./measures.ts";

/** Describes what was measured, on what, and how, ready to be pasted. What no manifest can know stands in square brackets. */
export function methodsText(
  parts: readonly FinishedPart[],
  further: readonly string[] = [],
): string {
  const paragraphs = [
    [...modelSentences(parts[0]!.manifest), ...dataSentences(parts)],
    measureSentences(parts, further),
    statisticsSentences(parts, further),
  ];
  return `${paragraphs.map((sentences) => sentences.join(" ")).join("\n\n")}\n`;
}

function modelSentences({ model, options }: Manifest): string[] {
  if (model === undefined) return [];
  const { name, text, image, taken = [] } = model;
  const towers = image === undefined
    ? `a text encoder of ${sizesText(text)}`
    : `a text encoder of ${sizesText(text)}, and an image encoder of ${sizesText(image)}`;
  const isRun = options["image-embeddings"] === undefined;
  const read = taken.filter(({ tower }) => tower === "text" || isRun);
  const files = read.map(({ tower, from }) => `the ${tower} encoder from ${from}`);
  return [
    `We measured ${name}, with ${towers}.`,
    ...files.length === 0 ? [] : [`We read ${files.join(" and ")}.`],
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

/** The data, and for each protocol which rows were used, and in which form. */
function dataSentences(parts: readonly FinishedPart[]): string[] {
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
      ...formSentence(protocol, manifest),
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

/** The form of the sentences, if the record says how the file was read. */
function formSentence(protocol: string, manifest: Manifest): string[] {
  const { rows: { format } } = manifest;
  if (format === undefined) return [];
  const isValse = format === "valse";
  if (protocol === "rephrased") {
    return [
      isValse
        ? 'Under the rephrased protocol, "There are X" becomes "There are some X", and a row is kept if its negated sentence begins with "There is no" or "There are no" and its two sentences then differ in the third word alone, so that their tokens are aligned by position.'
        : "Under the rephrased protocol, the sentences of this file stand as they are; those of a row have equally many tokens and differ in one word, so that their tokens are aligned by position.",
    ];
  }
  return [
    isValse && protocol === "all"
      ? `Under the protocol of all rows, the sentences stand as they are, and rows are kept whatever the ${
        isDrawn(manifest) ? "votes" : "annotators"
      } say.`
      : `Under ${protocolText(protocol)}, the sentences stand as they are.`,
  ];
}

/** How many rows were used, and why others were not. */
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
