/** The sentences of methods.md against the manifests that they are made from. */

import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { type DescribedRun, methodsText } from "../../../lib/composites/paper/methods.ts";
import { PARTS } from "../../../lib/composites/paper/paper.ts";
import { manifest, model, part } from "./finished_parts.ts";

const ALL = PARTS.map(({ name }) => part(name));
const trace = (given: Parameters<typeof part>[1] = {}) => methodsText([part("trace", given)]);
const rows = (kept: number, dropped: readonly (readonly [string, number])[] = []) => ({
  ...{ read: 534, kept, format: "valse" },
  dropped: dropped.map(([reason, n]) => ({ reason, n })),
});
const format = (name: string) => trace({ rows: { read: 9, kept: 9, dropped: [], format: name } });

/** Runs of scores on data, which are the embedded ones without a file. */
function scoresOf(data: string | undefined, format = "valse"): string {
  const dropped = [{ reason: "fewer than 2 annotators agree with the caption", n: 15 }];
  const made = manifest({ rows: { read: 600, kept: 585, dropped, format } });
  const { data: _, ...others } = made.options;
  return methodsText(["standard", "all"].map((protocol) => {
    const options = { ...others, protocol, ...data !== undefined && { data } };
    return { name: protocol, manifest: { ...made, options } };
  }));
}

const attend = (causal: boolean) => methodsText([part("attend", model({ causal }))]);
const sizes = (options: Record<string, string>, ...more: DescribedRun[]) =>
  methodsText([part("correlate", { options }), ...more]);

const taken = [{ tower: "text", from: "a.pt" }, { tower: "image", from: "b.pt" }] as const;
const REPHRASED = '"There are X" becomes "There are some X"';
const RULE = "Others were left out by rule";

/** What a text has, and what it lacks. */
const CASES: Readonly<
  Record<string, readonly [text: string, has: readonly string[], lacks?: readonly string[]]>
> = {
  "sizes and files of the model": [trace(model({ taken, name: "tuned" })), [
    "We measured tuned, with a text encoder of 12 blocks of 8 heads, width 512, and",
    "width 768. We read the text encoder from a.pt and the image encoder from b.pt.",
  ], ["random ones", "not run"]],
  "random weights": [trace({ options: { "random-weights": "7" } }), [
    "Its weights were replaced by random ones, drawn with seed 7:",
  ]],
  "embeddings made elsewhere, without their place": [
    trace({
      options: { "image-embeddings": "/home/someone/images.npy" },
      model: {
        name: "own",
        text: { layers: 6, heads: 4, width: 64, projection: 48 },
        taken: [{ tower: "text", from: "a.pt" }, { tower: "image", from: "embeddings in i.npy" }],
      },
    }),
    [
      "width 64. We read the text encoder from a.pt. Its image encoder was not run;",
      "in its place stand embeddings in i.npy [made by which model].",
    ],
    ["someone"],
  ],
  "VALSE, which was rephrased": [format("valse"), [
    ...[REPHRASED, "differ in the third word alone", "in the format of VALSE"],
  ]],
  "a list, which was not": [format("list"), [
    "The data are the 9 rows of existence.json, a list of pairs of sentences with",
    "this file stand as they are; those of a row have equally many tokens and differ",
  ], [REPHRASED, "third word", "VALSE"]],
  "pairs of a script": [format("pairs"), ["The data are 9 pairs of sentences with an image, made"]],
  "the rows of each protocol, and why others were left out": [
    methodsText([
      part("scores_standard", {
        options: { protocol: "standard" },
        rows: rows(505, [["few", 29]]),
      }),
      part("scores_all", { options: { protocol: "all" }, rows: rows(533, [["same", 1]]) }),
      part("scores_rephrased", { rows: rows(490, [["few", 29], ["other start", 15]]) }),
      part("trace", { rows: rows(490) }),
      part("compare", { command: "compare", options: { protocol: "none" }, rows: rows(3) }),
    ]),
    [
      `There remain 505 rows under the standard protocol. ${RULE}: few (29 rows). `,
      `There remain 533 rows under the protocol of all rows. ${RULE}: same (1 row). `,
      `490 rows under the rephrased protocol. ${RULE}: few (29 rows); other start (15 rows).\n`,
    ],
    ["a sample of", "skip-bad", "none protocol"],
  ],
  "the embedded drawings, whose votes were drawn": [scoresOf(undefined), [
    "Nobody annotated them: in the place of annotators, the recipe drew three votes",
    ...["fewer than 2 of the drawn votes agree", "rows are kept whatever the votes say."],
  ], ["annotators agree", "annotators say"]],
  "VALSE, whose annotators agree": [scoresOf("existence.json"), [
    ...["fewer than 2 annotators agree with the caption (15 rows).", "annotators say"],
  ], ["vote", "Nobody"]],
  "the rows of planted models": [scoresOf(undefined, "list"), [
    "600 rows that come with negscope's planted models, pairs of sentences",
  ], ["drawings", "VALSE", "vote"]],
  "a sample, and rows that could not be used": [
    trace({
      seed: 3,
      rows: {
        ...rows(40),
        dropped: [
          { reason: "no image", n: 2, skipped: true },
          { reason: "left out by --limit", n: 450 },
        ],
      },
    }),
    [
      "Rows that could not be used were left out too (--skip-bad): no image (2 rows). Of these rows",
      "we used a sample of 40, drawn with seed 3, in which each negated side has its share.\n",
    ],
  ],
  "the score of CLIP": [trace(), ["is S = 100 x the cosine of their embeddings, and d = S(capt"]],
  "the score of another family": [trace(model({ score: "117.33 x cosine" })), [
    "is S = 117.33 x cosine,",
  ]],
  "causal attention": [attend(true), ["over the positions after the negator; its baseline"]],
  "attention that is not causal": [attend(false), [
    "over all positions but that of the negator, since attention is not",
  ], ["over the positions after the negator; its baseline"]],
  "clusters of sentence pairs": [sizes({ cluster: "pair" }), [
    "Rows with the same two sentences are not independent; they form a cluster,",
  ]],
  "clusters of nouns": [sizes({ cluster: "noun" }), [
    "Rows whose negated sentences have the same subject noun are not independent;",
  ], ["same two sentences"]],
  "sizes of subjects in the data": [sizes({}), [
    "The sizes of the subjects are those that the data file has",
  ]],
  "sizes of subjects in a file": [sizes({ "subject-sizes": "/home/someone/sizes.csv" }), [
    "The sizes of the subjects were read from a file of their own [how",
  ], ["someone"]],
  "sizes of subjects by a segmenter, without its place": [
    sizes(
      { "subject-sizes": "/home/someone/segment/subject_sizes.csv" },
      part("segment", {
        ...{ command: "segment" },
        options: { segmenter: "/home/someone/models/clipseg-rd64-refined" },
      }),
    ),
    ["CLIPSeg's probability (Lüddecke and Ecker 2022; clipseg-rd64-refined) for the"],
    ["file of their own", "someone"],
  ],
};

for (const [what, [text, has, lacks = []]] of Object.entries(CASES)) {
  Deno.test(`methodsText() describes ${what}`, () => {
    for (const sentence of has) assertStringIncludes(text, sentence);
    for (const sentence of lacks) assertFalse(text.includes(sentence), sentence);
  });
}

Deno.test("methodsText() describes the ablation of the image tower only where it ran", () => {
  assertStringIncludes(methodsText(ALL), "for a flat image");
  assertFalse(methodsText(ALL.filter(({ name }) => name !== "ablate")).includes("a flat image"));
});

Deno.test("methodsText() ends with the versions and the seed", () => {
  const versions = { kit: "9.8.7", deno: "3.0.0", onnxruntime: "2.0.0" };
  const text = trace({ seed: 5, versions });
  const end =
    "All numbers come from runs with seed 5 of negscope 9.8.7 (Deno 3.0.0, ONNX Runtime 2.0.0).\n";
  assert(text.endsWith(end), text);
  assertEquals(text.split("\n\n").length, 3, "model and data, measures, statistics");
  const options = { ...manifest().options, device: "webgpu" };
  assertStringIncludes(trace({ versions, options }), "ONNX Runtime 2.0.0 on webgpu).");
});
