/** What to study: the options that choose a model and rows, for tasks and for studies alike. */

import { type Pair, type Protocol, PROTOCOLS } from "../../data/pairs.ts";
import { wrongValue } from "../../errors/errors.ts";
import { type Device, DEVICES } from "../../onnx/runtime.ts";
import {
  choice,
  freeText,
  ifGiven,
  type Option,
  toggle,
  wholeNumber,
} from "../../options/option.ts";
import { checkedValue, checkNames } from "../../options/values.ts";
import { type ChosenClusters, CLUSTERS_BY } from "../clusters.ts";

/** One of the parts that a run is split into: the rows i with i mod n = k - 1. */
export interface Shard {
  /** Its number, from 1. */
  readonly k: number;
  /** The number of shards. */
  readonly n: number;
}

/** What to study; the default is the embedded model and its data. A planted model has data of its own. */
export interface StudyChoice {
  /** A folder in Hugging Face's layout, the Hub's name of a downloaded model, a model of negscope such as `planted/relay` or `shapes/tuned`, or `shapes`. @default {"shapes"} */
  readonly model?: string | undefined;
  /** Reads onnx/text_model{SUFFIX}.onnx and vision_model, else model{SUFFIX}.onnx. @default {""} */
  readonly onnx?: string | undefined;
  /** The text tower's file. */
  readonly onnxText?: string | undefined;
  /** The image tower's file. */
  readonly onnxVision?: string | undefined;
  /** A file of weights that takes the place of the model's own, for the towers that it holds. */
  readonly weights?: string | undefined;
  /** The tokeniser's own file or folder. @default {the model's folder} */
  readonly tokenizer?: string | undefined;
  /** The activation of towers that are built for weights. @default {the one in the model's settings} */
  readonly activation?: "gelu" | "quick_gelu" | undefined;
  /**
   * Decides random weights that replace the model's own: a model of the same shape that has learnt nothing, as a baseline.
   * @default {the model's own weights}
   */
  readonly randomWeights?: number | undefined;
  /** The file of an edit that is laid over the model, as the task `edit` writes it. @default {none} */
  readonly edit?: string | undefined;
  /** What the model runs on; one that this machine lacks is refused. @default {"cpu"} */
  readonly device?: Device | undefined;
  /** Threads for each operator. @default {one for each core} */
  readonly threads?: number | undefined;
  /**
   * VALSE's existence.json, a list of pairs as JSON or CSV, or sentences without images; `shapes-sentences`, `shapes-pairs` and
   * `shapes-blocks` are the embedded sentences, controlled pairs and pictures that differ in one object.
   */
  readonly data?: string | undefined;
  /** Two sentences in place of data. The first counts as true, one of them must be negated, and `image` is what they are about. */
  readonly pair?: readonly string[] | undefined;
  /** The picture of `pair`: a file or, with `imageEmbeddings`, its name there. */
  readonly image?: string | undefined;
  /** Rows made by a script, instead of a file; they are checked like those of a file. */
  readonly pairs?: readonly Pair[] | undefined;
  /** The folder of the images. */
  readonly images?: string | undefined;
  /**
   * Image embeddings made elsewhere, which stand in for those of the image tower: a safetensors file with a tensor for each image, named as
   * the data name the image, or a .npy matrix [images, projection] with a .txt file of the same name beside it, which has an image's name on
   * each line. Of any length; scores are cosines.
   */
  readonly imageEmbeddings?: string | undefined;
  /**
   * A CSV file with the columns `id` and `subject_size`, the size of each row's subject, which replaces the sizes in the data; the task
   * `segment` makes one.
   */
  readonly subjectSizes?: string | undefined;
  /** Which rows of VALSE are used, and how the sentences of a pair are aligned. @default {"rephrased"} */
  readonly protocol?: Protocol | undefined;
  /** Only so many rows, drawn with the seed; each negated side has its share. @default {all} */
  readonly limit?: number | undefined;
  /** Leaves out rows that cannot be used, instead of an error that names them. @default {false} */
  readonly skipBad?: boolean | undefined;
  /** Which rows intervals and tests keep together: those of a sentence pair, or of a subject noun. @default {"pair"} */
  readonly cluster?: ChosenClusters | undefined;
  /** Only every n-th row. @default {all} */
  readonly shard?: Shard | undefined;
}

export const EMBEDDED = "shapes";

/** The name of the embedded sentences, which have no images. */
export const EMBEDDED_SENTENCES = "shapes-sentences";

export const EMBEDDED_PAIRS = "shapes-pairs";

/** The name of the embedded pictures that differ in one object. */
export const EMBEDDED_BLOCKS = "shapes-blocks";

/** The options that can be written as text, which excludes rows made by a script. */
export const STUDY_OPTIONS = {
  model: {
    ...freeText({ placeholder: "FOLDER|NAME", help: "a folder or a model's name" }),
    standard: EMBEDDED,
  },
  onnx: {
    ...freeText({
      placeholder: "SUFFIX",
      help: "reads onnx/text_model{SUFFIX}.onnx and the like",
    }),
    parse: (text) => text, // no suffix is one too
  },
  onnxText: freeText({ placeholder: "FILE", help: "the text tower's file" }),
  onnxVision: freeText({ placeholder: "FILE", help: "the image tower's file" }),
  weights: freeText({ placeholder: "FILE", help: "weights in place of the model's" }),
  tokenizer: freeText({
    placeholder: "FILE",
    help: "the tokeniser, if the model's folder has none",
  }),
  activation: ifGiven(choice(["gelu", "quick_gelu"], { standard: "gelu", help: "" }), {
    help: "the activation of a model of weights, in place of the one in its settings",
  }),
  randomWeights: wholeNumber({
    min: 0,
    max: 2 ** 32 - 1,
    help: "a baseline: random weights, which N decides",
  }),
  edit: freeText({ placeholder: "FILE", help: "an edit laid over the model, as edit writes it" }),
  device: choice<Device>(DEVICES, { standard: "cpu", help: "what the model runs on" }),
  threads: wholeNumber({
    min: 1,
    max: 256,
    help: "threads of an operator (default: one for each core)",
  }),
  data: freeText({
    placeholder: "FILE",
    help: "pairs, sentences or a name (default: the drawings)",
  }),
  pair: {
    help: "two sentences in place of data, the true one first",
    placeholder: "SENTENCES",
    standard: undefined,
    expected: "two sentences",
    parse: (text) => text.split("\n").length === 2 ? text.split("\n") : undefined,
    print: (sentences) => sentences?.join("\n"),
  } satisfies Option<readonly string[] | undefined>,
  image: freeText({ placeholder: "FILE", help: "the picture that two sentences are about" }),
  images: freeText({ placeholder: "FOLDER", help: "the folder of the images" }),
  imageEmbeddings: freeText({
    placeholder: "FILE",
    help: "embeddings made elsewhere (.npy, .safetensors)",
  }),
  subjectSizes: freeText({
    placeholder: "FILE",
    help: "sizes of subjects, as segment writes them",
  }),
  protocol: choice<Protocol>(PROTOCOLS, {
    standard: "rephrased",
    help: "rephrased to equally many tokens, or as they are; all also takes doubted rows",
  }),
  limit: wholeNumber({ min: 1, max: 1e9, help: "only N rows, drawn with --seed" }),
  skipBad: toggle("leaves out rows that cannot be used"),
  cluster: choice<ChosenClusters>(CLUSTERS_BY, {
    standard: "pair",
    help: "rows that intervals keep together",
  }),
  shard: {
    help: "only every N-th row, from the K-th",
    placeholder: "K/N",
    standard: undefined,
    expected: "K/N with K from 1 to N, such as 1/4",
    parse: (text) => {
      const [, k, n] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
      if (k === undefined || Number(k) > Number(n)) return undefined;
      return { k: Number(k), n: Number(n) };
    },
    print: (shard) => shard && `${shard.k}/${shard.n}`,
  } satisfies Option<Shard | undefined>,
} as const satisfies { readonly [Name in Exclude<keyof StudyChoice, "pairs">]: Option<unknown> };

/** An option that can be written as text. */
export type StudyOption = Exclude<keyof StudyChoice, "pairs">;

/** The flag of a study's option, without its minus signs: `onnx-text` for `onnxText`. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export const SEED = wholeNumber({
  min: 0,
  max: 2 ** 32 - 1,
  standard: 0,
  help: "decides all draws",
});

/** Checks the names and values of a choice. Returns the choice; a text stands for the value that it is read as. */
export function checkedChoice(choice: StudyChoice): StudyChoice {
  checkNames(choice, [...Object.keys(STUDY_OPTIONS), "pairs"]);
  const { pairs } = choice;
  if (pairs !== undefined && !Array.isArray(pairs)) {
    throw wrongValue("use pairs", pairs, "a list of rows");
  }
  const values = Object.entries<Option<unknown>>(STUDY_OPTIONS).flatMap(([name, spec]) => {
    const value = choice[name as StudyOption];
    return value === undefined ? [] : [[name, checkedValue(name, value, spec)] as const];
  });
  return { ...Object.fromEntries(values), ...(pairs && { pairs }) };
}

/**
 * A choice as text for a manifest or a command line, without threads, which change no number, and without rows made by a script, which a
 * manifest identifies by their checksum.
 */
export function printChoice(choice: StudyChoice): Record<string, string> {
  const { model = EMBEDDED, device = "cpu", protocol = "rephrased", cluster = "pair" } = choice;
  const skipBad = choice.skipBad || undefined; // not written if it is off
  const standard = { model, device, protocol, cluster };
  const values: StudyChoice = { ...choice, ...standard, skipBad, threads: undefined };
  const texts = Object.entries<Option<unknown>>(STUDY_OPTIONS).flatMap(([name, spec]) => {
    const value = values[name as StudyOption];
    const text = value === undefined ? undefined : spec.print(value);
    return text === undefined ? [] : [[flagName(name), text]];
  });
  return Object.fromEntries(texts);
}
