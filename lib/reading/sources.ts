/** What a run's numbers come from: files with their checksums, towers and embeddings. */

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
