/** CLIPSeg, which says what pixels of an image show what a phrase names: the files of its folder, and its graph. */

import { DISK, onDisk } from "../files/read_file.ts";
import { NegscopeError, shown } from "../errors/errors.ts";
import { commandOf } from "../errors/command.ts";
import { preprocessConfig, preprocessorSettings } from "../model/image/preprocess_config.ts";
import type { PreprocessConfig } from "../model/image/preprocess.ts";
import { modelFileUnreadable, type ModelJson, readModelJson } from "../model/model_json.ts";
import type { TextConfig } from "../model/forms/settings.ts";
import { tokenizerFiles } from "../model/text/sentence_tokenizer.ts";
import { preprocessImage } from "../opening/images/decode_image.ts";
import { CLIP } from "../model/families.ts";
import { SentenceReader } from "../model/text/text_tower.ts";
import { loadTokenizer } from "../model/text/clip_tokenizer.ts";
import { GraphFile, onnxOrigin } from "../onnx/graph_file.ts";
import type { Graph } from "../onnx/graph.ts";
import { cutBetween, encodeSubgraph } from "../onnx/cut.ts";
import { freeMemory, type OnnxValue, type Runtime, type Session } from "../onnx/runtime.ts";

const SETTINGS = "config.json";

/** Mean and standard deviation of ImageNet's pixels. */
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

const BILINEAR = 2; // bilinear, by Pillow's number
const SIZE = 352; // input's size where the settings do not say: that of CLIPSeg's training

interface SegmenterSettings {
  readonly preprocessing: PreprocessConfig;
  /** The sizes of its text tower that its tokeniser must share. */
  readonly text: Pick<TextConfig, "vocabSize" | "maxPositions"> & { readonly eosTokenId: number };
}

export async function segmenterGraph(folder: string, suffix = ""): Promise<string> {
  const path = `${folder}/onnx/model${suffix}.onnx`;
  const found = await DISK.kindOf(path).catch((error: unknown) => {
    throw modelFileUnreadable(path, error);
  });
  if (found === "file") return path;
  const names = await Array.fromAsync(Deno.readDir(`${folder}/onnx`), ({ name }) => name)
    .catch(() => []);
  const graphs = names.filter((name) => name.endsWith(".onnx")).sort();
  const fetching = commandOf("download clipseg");
  throw new NegscopeError("model-file-missing", {
    problem: `Cannot find the segmenter's graph "${path}"`,
    reason: graphs.length === 0
      ? "the folder has no graphs in onnx/"
      : `onnx/ has ${graphs.join(", ")}`,
    fix: `run: ${fetching}${graphs.length === 0 ? "" : ", or name another of them with --onnx"}`,
  });
}

/** The files that determine a segmenter's numbers besides its graph: settings, tokeniser and image processor. */
export async function settingsFiles(folder: string): Promise<string[]> {
  return [
    `${folder}/${SETTINGS}`,
    ...await tokenizerFiles(onDisk(folder)),
    (await preprocessorSettings(onDisk(folder))).file,
  ];
}

/** Reads the settings of a CLIPSeg. What its image processor leaves out is as in `ViTImageProcessor`: stretched, bilinear. */
export async function readSegmenterSettings(folder: string): Promise<SegmenterSettings> {
  const config = await readModelJson(onDisk(`${folder}/${SETTINGS}`));
  if (config.get("model_type") !== "clipseg") {
    throw new NegscopeError("model-unsupported", {
      problem: `Cannot use "${folder}" as a segmenter`,
      reason: `"model_type" in its ${SETTINGS} is ${shown(config.get("model_type"))}`,
      expected: '"clipseg"',
      fix: `run: ${commandOf("download clipseg")}`,
    });
  }
  const text = config.object("text_config") ?? config.over({});
  const { settings } = await preprocessorSettings(onDisk(folder));
  if (!settings.flag("do_resize", true)) throw settings.wrong("do_resize", "true");
  const edge = edgeOf(settings);
  const stated = settings.over({
    size: { height: edge, width: edge },
    resample: settings.get("resample") ?? BILINEAR,
  });
  return {
    preprocessing: preprocessConfig(stated, { imageSize: edge }, {
      defaults: { preprocessing: IMAGENET },
    }),
    text: {
      vocabSize: text.count("vocab_size", 49408),
      maxPositions: text.count("max_position_embeddings", 77),
      eosTokenId: text.number("eos_token_id", { default: 49407, min: 0, whole: true }),
    },
  };
}

function edgeOf(settings: ModelJson): number {
  const size = settings.get("size") ?? SIZE;
  if (typeof size === "number") return settings.count("size", SIZE);
  const edges = settings.object("size")!;
  const [height, width] = ["height", "width"].map((edge) => edges.get(edge));
  if (height === width && typeof height === "number") return edges.count("height", SIZE);
  throw settings.wrong("size", 'a square such as {"height": 352, "width": 352}', size);
}

const INPUTS = ["input_ids", "attention_mask", "pixel_values"] as const;
const OUTPUT = "logits";

export interface Logits {
  readonly data: Float32Array; // logit of every pixel, [rows, columns]
  readonly height: number;
  readonly width: number;
}

/** A CLIPSeg model, from the ONNX graph that the Hub has of it. */
export class Segmenter {
  private constructor(
    private readonly own: {
      readonly path: string;
      readonly text: SentenceReader;
      readonly session: Session;
      readonly preprocessing: PreprocessConfig;
    },
  ) {}

  /** Loads a CLIPSeg from a folder with `onnx/model.onnx`, `config.json`, `tokenizer.json` and `preprocessor_config.json`. */
  static async load(
    folder: string,
    { runtime, suffix, threads = navigator.hardwareConcurrency }: {
      readonly runtime: Runtime;
      readonly suffix?: string | undefined; // reads `onnx/model{SUFFIX}.onnx`; default: ""
      readonly threads?: number | undefined;
    },
  ): Promise<Segmenter> {
    const settings = await readSegmenterSettings(folder);
    const text = await phraseReader(folder, settings);
    const path = await segmenterGraph(folder, suffix);
    const bytes = await graphBytes(path);
    try {
      const session = await runtime.create(bytes, path, { threads });
      return new Segmenter({ path, text, session, preprocessing: settings.preprocessing });
    } finally {
      freeMemory(bytes);
    }
  }

  /** The logits of all pixels. Returns [rows, columns] of the model's output, whatever the image's size. */
  async logits(
    { bytes, name }: { readonly bytes: Uint8Array; readonly name: string },
    phrase: string,
  ): Promise<Logits> {
    const { text, session, preprocessing } = this.own;
    text.checkLength(phrase);
    const ids = text.encode(phrase);
    const pixels = await preprocessImage(bytes, preprocessing, { name });
    const { height, width } = preprocessing.resize as { height: number; width: number }; // stretched
    const sequence = (values: readonly number[]): OnnxValue => {
      return { type: "int64", dims: [1, ids.length], data: BigInt64Array.from(values, BigInt) };
    };
    const values = await session.run(
      new Map<string, OnnxValue>([
        ["input_ids", sequence(ids)],
        ["attention_mask", sequence(ids.map(() => 1))],
        ["pixel_values", { type: "float32", dims: [1, 3, height, width], data: pixels }],
      ]),
    );
    return this.#checked(values.get(OUTPUT)!, `"${phrase}" in image "${name}"`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.own.session.release();
  }

  /** One map of numbers: earlier versions of transformers leave out the axis of a single image. */
  #checked({ type, data, dims }: OnnxValue, of: string): Logits {
    const [height, width] = dims.length === 3 && dims[0] === 1 ? dims.slice(1) : dims;
    if (type !== "float32" || height === undefined || width === undefined || dims.length > 3) {
      throw unfit(this.own.path, `its ${OUTPUT} are ${type} [${dims.join(", ")}]`);
    }
    if (data.every(Number.isFinite)) return { data, height, width };
    throw new NegscopeError("weights-not-finite", {
      problem: `Cannot use what "${this.own.path}" says of ${of}`,
      reason: "it is not finite",
      fix: "check the segmenter's weights, or take those of full precision",
    });
  }
}

export async function phraseReader(
  folder: string,
  { text }: Pick<SegmenterSettings, "text">,
): Promise<SentenceReader> {
  return new SentenceReader(await loadTokenizer(onDisk(folder), text), CLIP);
}

/** The part of the graph that makes the logits, as bytes for the runtime. */
async function graphBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = new GraphFile(onnxOrigin(onDisk(path)));
  const graph = await file.open();
  try {
    checkInputs(graph);
    const part = cutBetween(graph, INPUTS, [OUTPUT]);
    if (part === undefined) throw unfit(path, `its ${OUTPUT} need more than these inputs`);
    return encodeSubgraph(graph, part);
  } finally {
    file.close();
  }
}

function checkInputs(graph: Graph): void {
  const missing = INPUTS.filter((name) => !graph.inputs.has(name));
  if (missing.length > 0) throw unfit(graph.source, `it has no input ${missing.join(", ")}`);
  if (!graph.outputs.includes(OUTPUT)) throw unfit(graph.source, `it has no output ${OUTPUT}`);
}

function unfit(path: string, reason: string): NegscopeError {
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use "${path}" as a segmenter`,
    reason,
    expected: `inputs ${INPUTS.join(", ")} and float32 ${OUTPUT} [image, rows, columns]`,
    fix: "take the export of the whole CLIPSegForImageSegmentation",
  });
}
