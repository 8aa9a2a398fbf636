/** Files with their checksums: what determines a run's numbers. */

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
