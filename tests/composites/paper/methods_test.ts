/** The sentences of methods.md against the manifests that they are made from. */

import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { type DescribedRun, methodsText } from "../../../lib/composites/paper/methods.ts";
import { PARTS } from "../../../lib/composites/paper/parts.ts";
import { manifest, model, part } from "./finished_parts.ts";

const NAMES = PARTS.map(({ name }) => name);
const ALL = NAMES.map((name) => part(name));
const trace = (given: Parameters<typeof part>[1] = {}) => methodsText([part("trace", given)]);

function assertHas(text: string, ...sentences: readonly string[]): void {
  for (const sentence of sentences) assertStringIncludes(text, sentence);
}

function assertLacks(text: string, ...sentences: readonly string[]): void {
  for (const sentence of sentences) assertFalse(text.includes(sentence), sentence);
}

Deno.test("methodsText() describes the model: sizes, files, random weights and embeddings made elsewhere", () => {
  const taken = [{ tower: "text", from: "a.pt" }, { tower: "image", from: "b.pt" }] as const;
  const text = trace(model({ taken, name: "tuned" }));
  assertHas(text, "We measured tuned, with a text encoder of 12 blocks of 8 heads, width 512, and");
  assertHas(text, "width 768. We read the text encoder from a.pt and the image encoder from b.pt.");
  assertLacks(text, "random ones", "not run");
  const random = trace({ options: { "random-weights": "7" } });
  assertHas(random, "Its weights were replaced by random ones, drawn with seed 7:");
  const embedded = trace({
    options: { "image-embeddings": "/home/someone/images.npy" },
    model: {
      name: "own",
      text: { layers: 6, heads: 4, width: 64, projection: 48 },
      taken: [{ tower: "text", from: "a.pt" }, { tower: "image", from: "embeddings in i.npy" }],
    },
  });
  assertHas(
    embedded,
    "width 64. We read the text encoder from a.pt. Its image encoder was not run;",
  );
  assertHas(embedded, "in its place stand embeddings in i.npy [made by which model].");
  assertLacks(embedded, "someone");
});

Deno.test("methodsText() says of VALSE alone that it was rephrased", () => {
  const rephrased = '"There are X" becomes "There are some X"';
  const format = (name: string | undefined) =>
    trace({ rows: { read: 9, kept: 9, dropped: [], ...name && { format: name } } });
  assertHas(format("valse"), rephrased, "differ in the third word alone", "in the format of VALSE");
  const list = format("list");
  assertLacks(list, rephrased, "third word", "VALSE");
  assertHas(list, "The data are the 9 rows of existence.json, a list of pairs of sentences with");
  assertHas(
    list,
    "this file stand as they are; those of a row have equally many tokens and differ",
  );
  assertHas(format("pairs"), "The data are 9 pairs of sentences with an image, made by a script");
  const older = format(undefined);
  assertLacks(older, rephrased, "stand as they are");
  assertHas(older, "The data are the 9 rows of existence.json.");
});

Deno.test("methodsText() counts the rows of each protocol, and says why others were left out", () => {
  const rows = (kept: number, dropped: readonly (readonly [string, number])[] = []) => ({
    ...{ read: 534, kept, format: "valse" },
    dropped: dropped.map(([reason, n]) => ({ reason, n })),
  });
  const text = methodsText([
    part("scores_standard", { options: { protocol: "standard" }, rows: rows(505, [["few", 29]]) }),
    part("scores_all", { options: { protocol: "all" }, rows: rows(533, [["same", 1]]) }),
    part("scores_rephrased", { rows: rows(490, [["few", 29], ["other start", 15]]) }),
    part("trace", { rows: rows(490) }),
    part("compare", { command: "compare", options: { protocol: "none" }, rows: rows(3) }),
  ]);
  const leftOut = "Others were left out by rule";
  assertHas(
    text,
    `There remain 505 rows under the standard protocol. ${leftOut}: few (29 rows). `,
    `There remain 533 rows under the protocol of all rows. ${leftOut}: same (1 row). `,
    `490 rows under the rephrased protocol. ${leftOut}: few (29 rows); other start (15 rows).\n`,
  );
  assertLacks(text, "a sample of", "skip-bad", "none protocol");
});

Deno.test("methodsText() says of the embedded drawings that their votes were drawn, and of VALSE that annotators agree", () => {
  const dropped = [{ reason: "fewer than 2 annotators agree with the caption", n: 15 }];
  const text = (data: string | undefined, format = "valse") => {
    const own = (protocol: string) => {
      const made = manifest({ rows: { read: 600, kept: 585, dropped, format } });
      const { data: _, ...others } = made.options;
      const options = { ...others, protocol };
      return { ...made, options: data === undefined ? options : { ...options, data } };
    };
    return methodsText(["standard", "all"].map((name) => ({ name, manifest: own(name) })));
  };
  const drawn = text(undefined);
  assertHas(
    drawn,
    "Nobody annotated them: in the place of annotators, the recipe drew three votes",
  );
  assertHas(
    drawn,
    "fewer than 2 of the drawn votes agree",
    "rows are kept whatever the votes say.",
  );
  assertLacks(drawn, "annotators agree", "annotators say");
  const valse = text("existence.json");
  assertHas(valse, "fewer than 2 annotators agree with the caption (15 rows).", "annotators say");
  assertLacks(valse, "vote", "Nobody");
  const planted = text(undefined, "list");
  assertHas(planted, "600 rows that come with negscope's planted models, pairs of sentences");
  assertLacks(planted, "drawings", "VALSE", "vote");
});

Deno.test("methodsText() describes a sample, and rows that could not be used", () => {
  const text = trace({
    seed: 3,
    rows: {
      ...{ read: 534, kept: 40, format: "valse" },
      dropped: [
        { reason: "no image", n: 2, skipped: true },
        { reason: "left out by --limit", n: 450 },
      ],
    },
  });
  assertHas(
    text,
    "Rows that could not be used were left out too (--skip-bad): no image (2 rows). Of these rows",
    "we used a sample of 40, drawn with seed 3, in which each negated side has its share.\n",
  );
});

Deno.test("methodsText() describes what ran, and nothing else", () => {
  const sentences: Readonly<Record<string, string>> = {
    trace: "For causal tracing (Quantmeyer et al. 2024),",
    attend: "A head's selectivity is the mean over rows",
    knockout: "For the knock-out,",
    correlate: "On each negated side, Pearson's r with d",
    ablate: "for a flat image",
  };
  for (const [name, sentence] of Object.entries(sentences)) {
    const others = ALL.filter((own) => own.name !== name);
    assertHas(methodsText(ALL), sentence);
    assertLacks(methodsText(others), sentence);
  }
  const scores = methodsText(ALL.slice(0, 3));
  assertHas(
    scores,
    "accuracy is the share of rows with d > 0, in which a tie counts one half.",
    "Wilson's on the effective number",
  );
  assertLacks(scores, "max-t", "wild cluster", "permutations", "q-values");
  const attended = methodsText([part("attend")]);
  assertHas(attended, "of a head's largest differences of attention were tested", "over all heads");
  assertLacks(attended, "features", "permutations");
});

Deno.test("methodsText() gives the score that the family has", () => {
  assertHas(trace(), "is S = 100 x the cosine of their embeddings, and d = S(caption) - S(foil)");
  assertHas(trace(model({ score: "117.33 x cosine" })), "is S = 117.33 x cosine,");
});

Deno.test("methodsText() says over which positions a head's attention is compared, by the causal mask", () => {
  const attend = (causal: boolean | undefined) => {
    const { causal: _, ...others } = model({}).model!;
    const own = causal === undefined ? others : { ...others, causal };
    return methodsText([part("attend", { model: own })]);
  };
  const later = "over the positions after the negator; its baseline";
  assertHas(attend(true), later);
  assertHas(attend(false), "over all positions but that of the negator, since attention is not");
  assertLacks(attend(false), later);
  assertHas(attend(undefined), "over [the positions after the negator, if attention is causal,");
});

Deno.test("methodsText() says which rows are kept together", () => {
  const clusters = (cluster: string) => methodsText([part("correlate", { options: { cluster } })]);
  const [pair, noun] = [clusters("pair"), clusters("noun")];
  assertHas(pair, "Rows with the same two sentences are not independent; they form a cluster,");
  assertHas(noun, "Rows whose negated sentences have the same subject noun are not independent;");
  assertLacks(noun, "same sentences", "same two sentences");
});

Deno.test("methodsText() says where the sizes of subjects are from, and names the segmenter without its place", () => {
  const sizes = (options: Record<string, string>, ...more: DescribedRun[]) =>
    methodsText([part("correlate", { options }), ...more]);
  const own = sizes({});
  assertHas(own, "The sizes of the subjects are those that the data file has");
  const given = sizes({ "subject-sizes": "/home/someone/sizes.csv" });
  assertHas(given, "The sizes of the subjects were read from a file of their own [how");
  const segment = (segmenter: string) =>
    sizes(
      { "subject-sizes": "/home/someone/segment/subject_sizes.csv" },
      part("segment", { command: "segment", options: { segmenter } }),
    );
  const text = segment("/home/someone/models/clipseg-rd64-refined");
  assertHas(text, "CLIPSeg's probability (Lüddecke and Ecker 2022; clipseg-rd64-refined) for the");
  assertLacks(text, "file of their own", "someone");
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
