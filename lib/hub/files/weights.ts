/** The forms of weights that a repository has. */

/** The forms, the one taken first at the top. */
export const FORMS = ["safetensors", "bin", "open_clip", "onnx"] as const;

/** A form of weights: Hugging Face's as safetensors or as a pickle, open_clip's, or ONNX graphs. */
export type Form = typeof FORMS[number];

/** Hugging Face's weights: whole, or the index of their shards. */
const HUGGING_FACE = {
  safetensors: ["model.safetensors", "model.safetensors.index.json"],
  bin: ["pytorch_model.bin", "pytorch_model.bin.index.json"],
} as const;

/** open_clip's weights, in the order in which open_clip looks for them. */
const OPEN_CLIP = [
  "open_clip_model.safetensors",
  "open_clip_pytorch_model.safetensors",
  "open_clip_pytorch_model.bin",
];

/** Names that open_clip accepts for its own weights, where no settings claim them for Hugging Face. */
const OPEN_CLIP_AS_OTHERS = ["model.safetensors", "pytorch_model.bin"];

/** The folder of ONNX graphs, as it is shown. */
export const ONNX_FOLDER = "onnx/";

/**
 * Finds the forms of weights that a repository has together with their settings.
 *
 * @param paths The paths of its files.
 * @param options Whether its config.json, if it has one, is Hugging Face's. timm has one of its own.
 * @returns For each form its file: the weights, the index of their shards, or `onnx/`. In the order of {@linkcode FORMS}.
 */
export function formsOf(
  paths: ReadonlySet<string>,
  { huggingFace }: { readonly huggingFace: boolean },
): ReadonlyMap<Form, string> {
  const first = (names: readonly string[]) => names.find((name) => paths.has(name));
  const settled = huggingFace && paths.has("config.json");
  const found: Readonly<Record<Form, string | undefined>> = {
    safetensors: settled ? first(HUGGING_FACE.safetensors) : undefined,
    bin: settled ? first(HUGGING_FACE.bin) : undefined,
    open_clip: paths.has("open_clip_config.json")
      ? first(settled ? OPEN_CLIP : [...OPEN_CLIP, ...OPEN_CLIP_AS_OTHERS])
      : undefined,
    onnx: settled && [...paths].some(isGraph) ? ONNX_FOLDER : undefined,
  };
  return new Map(FORMS.flatMap((form) => found[form] === undefined ? [] : [[form, found[form]]]));
}

/** Whether a file is an ONNX graph where a model has its graphs. */
export function isGraph(path: string): boolean {
  return /^onnx\/[^/]+\.onnx$/.test(path);
}

/** Whether a file holds weights that PyTorch or safetensors wrote, wherever it is and whatever its name. */
export function isWeightFile(path: string): boolean {
  return /\.(safetensors|bin|pt|pth|ckpt)$/i.test(path) &&
    !/(^|\/)(training_args|optimizer|scheduler|rng_state[^/]*)\.(bin|pt|pth)$/.test(path);
}
