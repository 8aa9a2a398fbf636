/** What files of weights are called where models are published. */

/** The names that transformers gives them: whole, or the index of their shards. */
export const OF_TRANSFORMERS = {
  safetensors: ["model.safetensors", "model.safetensors.index.json"],
  bin: ["pytorch_model.bin", "pytorch_model.bin.index.json"],
} as const;

/** Those that open_clip gives them, in the order in which open_clip looks for them; the last name is not on its list. */
export const OF_OPEN_CLIP = [
  "open_clip_model.safetensors",
  "open_clip_pytorch_model.safetensors",
  "open_clip_pytorch_model.bin",
  "open_clip_pytorch_model.pth",
  "open_clip_model.bin",
] as const;

/** Whether a file by its name holds weights that PyTorch or safetensors wrote, and not the state of a training. */
export function isWeightFile(path: string): boolean {
  return /\.(safetensors|bin|pt|pth|ckpt)$/i.test(path) &&
    !/(^|[/\\])(training_args|optimizer|scheduler|scaler|rng_state[^/\\]*)\.(bin|pt|pth|ckpt)$/i
      .test(path);
}

/** The index that a file belongs to as one of several, such as `model.safetensors.index.json`; undefined if it is none of several. */
export function indexOfShard(name: string): string | undefined {
  const [, stem, count, ending] = /^(.+)-\d{5}-of-(\d{5})\.(safetensors|bin)$/.exec(name) ?? [];
  return stem === undefined || Number(count) < 2 ? undefined : `${stem}.${ending}.index.json`;
}
