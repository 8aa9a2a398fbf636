/** Parts of paths. Both kinds of separator are read, so that a path of any system has the same parts; a slash joins. */

/** The last name of a path; separators at its end do not count. */
export function basename(path: string): string {
  return /([^/\\]*)[/\\]*$/.exec(path)![1]!;
}

/** The folder that a path's last name is in; `.` if the path is a name alone. */
export function dirname(path: string): string {
  const folder = /^(.*?)[/\\]*[^/\\]+[/\\]*$/s.exec(path)?.[1] ?? "";
  if (folder !== "") return folder;
  return /^[/\\]/.test(path) ? path[0]! : ".";
}

export function join(folder: string, name: string): string {
  if (folder === "." || folder === "") return name;
  return /[/\\]$/.test(folder) ? folder + name : `${folder}/${name}`;
}

/** Whether a path begins at the root of a file system, of this or another kind. */
export function isAbsolute(path: string): boolean {
  return /^([a-z]:|[/\\])/i.test(path);
}

export function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder) &&
    (/[/\\]$/.test(folder) || /^[/\\]/.test(path.slice(folder.length)));
}

/** A file that a run read, and what was in it. */
export interface FileDigest {
  /** The file's name within its folder, e.g. `onnx/text_model.onnx`: the same wherever the folder is. */
  readonly file: string;
  /** SHA-256 of its bytes, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** The files whose content determines a run's numbers. */
export interface Sources {
  /** The model's graphs and configuration. */
  readonly model: readonly FileDigest[];
  /** The sentence pairs and the images. */
  readonly data: readonly FileDigest[];
}

/** Where a tower was taken from. */
export interface TakenTower {
  /** Which tower. */
  readonly tower: "text" | "image";
  /** The file, within the model's folder, and where its activation is from. */
  readonly from: string;
  /** One checksum for all files that determine its numbers, whatever they are called, without random weights; absent in older runs. */
  readonly sha256?: string;
}

/** The origin of the embeddings of a run by tower. */
export type EmbeddingOrigins = Readonly<Partial<Record<"text" | "image", EmbeddingOrigin>>>;

/** Where a tower's embeddings of a run came from, counted by distinct sentence or image. */
export interface EmbeddingOrigin {
  /** Taken from the cache. */
  readonly cached: number;
  /** Taken from what the run itself had finished before it was interrupted; absent if none was. */
  readonly resumed?: number;
  /** Computed. */
  readonly computed: number;
}

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
