/** The files of a segmenter's folder, and its settings. */

import { isFile, onDisk } from "../files/disk.ts";
import { NegscopeError, shown } from "../errors.ts";
import { CLIPSEG } from "../hub/name.ts";
import {
  preprocessConfig,
  preprocessConfigFile,
  preprocessorSettings,
} from "../model/image/preprocess_config.ts";
import type { PreprocessConfig } from "../model/image/preprocess.ts";
import { modelFileUnreadable, type ModelJson, readModelJson } from "../model/model_json.ts";
import type { TextConfig } from "../architecture/sizes.ts";
import { folderOrDownload } from "../opening/choice/find_model.ts";
import { tokenizerFiles } from "../model/text/sentence_tokenizer.ts";

const SETTINGS = "config.json";

/** Mean and standard deviation of ImageNet's pixels. */
const IMAGENET = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;

/** Bilinear, by Pillow's number. */
const BILINEAR = 2;

/** The input's size where the settings do not say: that of CLIPSeg's training. */
const SIZE = 352;

export interface SegmenterSettings {
  readonly preprocessing: PreprocessConfig;
  /** The sizes of its text tower that its tokeniser must share. */
  readonly text: Pick<TextConfig, "vocabSize" | "maxPositions"> & { readonly eosTokenId: number };
}

/**
 * The folder of a segmenter.
 *
 * @param given A folder, or the Hub's name of a download. @default {CLIPSEG}
 */
export async function findSegmenter(given: string = CLIPSEG): Promise<string> {
  return await folderOrDownload(given, { command: "clipseg" });
}

export async function segmenterGraph(folder: string, suffix = ""): Promise<string> {
  const path = `${folder}/onnx/model${suffix}.onnx`;
  const found = await isFile(path).catch((error: unknown) => {
    throw modelFileUnreadable(path, error);
  });
  if (found) return path;
  const names = await Array.fromAsync(Deno.readDir(`${folder}/onnx`), ({ name }) => name)
    .catch(() => []);
  const graphs = names.filter((name) => name.endsWith(".onnx")).sort();
  throw new NegscopeError("model-file-missing", {
    problem: `Cannot find the segmenter's graph "${path}"`,
    reason: graphs.length === 0
      ? "the folder has no graphs in onnx/"
      : `onnx/ has ${graphs.join(", ")}`,
    fix: graphs.length === 0
      ? "run: deno task download clipseg"
      : "deno task segment reads another of them with --onnx SUFFIX, deno task download clipseg fetches model.onnx",
  });
}

/** The files that determine a segmenter's numbers besides its graph: settings, tokeniser and image processor. */
export async function settingsFiles(folder: string): Promise<string[]> {
  return [
    `${folder}/${SETTINGS}`,
    ...await tokenizerFiles(onDisk(folder)),
    await preprocessConfigFile(onDisk(folder)),
  ];
}

/**
 * Reads the settings of a CLIPSeg. What its image processor's file leaves out is as in Hugging Face's `ViTImageProcessor`: the image is
 * stretched, bilinear; a size that is one number is that of both edges.
 */
export async function readSegmenterSettings(folder: string): Promise<SegmenterSettings> {
  const config = await readModelJson(onDisk(folder), SETTINGS);
  if (config.get("model_type") !== "clipseg") {
    throw new NegscopeError("model-unsupported", {
      problem: `Cannot use "${folder}" as a segmenter`,
      reason: `"model_type" in its ${SETTINGS} is ${shown(config.get("model_type"))}`,
      expected: '"clipseg"',
      fix: "run: deno task download clipseg",
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
