/** The codes of errors, each a heading of docs/errors.md, which says why it happens and what to do about it. */

/**
 * The code of an error, such as `name-unknown`: a heading of docs/errors.md. Codes for wrong use of a task begin with `usage-`.
 *
 * @internal
 */
export type ErrorCode =
  | ("usage-flag-unknown" | "usage-argument-unexpected" | "usage-value-missing")
  | ("usage-value-wrong" | "usage-flags-exclusive" | "usage-input-missing")
  | ("usage-data-text-only" | "usage-program-missing")
  | ("file-unreadable" | "file-malformed" | "file-changed" | "file-not-written")
  | ("link-in-the-way" | "folder-taken" | "folder-in-use" | "cache-unknown")
  | ("run-missing" | "run-unfinished" | "run-edited" | "shards-differ")
  | ("shard-version-differs" | "search-sharded" | "result-of-some-rows" | "not-comparable")
  | ("chart-invalid" | "chart-too-large")
  | ("page-not-bundled" | "port-taken")
  | ("hub-variable-wrong" | "hub-repository-missing" | "hub-access-refused")
  | ("hub-files-missing" | "hub-answer-wrong" | "download-failed" | "download-refused")
  | ("download-differs" | "archive-unreadable")
  | ("model-missing" | "model-ambiguous" | "model-file-missing" | "setting-wrong")
  | ("model-unsupported" | "model-files-differ" | "tokenizer-unreadable" | "tower-missing")
  | ("tower-not-loaded" | "model-unfit" | "weights-not-finite")
  | ("onnx-damaged" | "onnx-unsupported" | "onnx-type-unknown" | "input-size-fixed")
  | ("hook-unreachable" | "device-missing" | "session-refused" | "session-run-failed")
  | ("sweep-not-fast" | "thread-stopped")
  | ("weights-format-unknown" | "weights-damaged" | "weights-not-one-model")
  | ("data-format-unknown" | "data-columns-wrong" | "data-rows-unusable" | "row-wrong")
  | ("control-unfit" | "pair-not-minimal" | "sentence-beyond-context" | "rows-too-few")
  | ("images-not-given" | "image-missing" | "image-outside" | "image-undecodable")
  | ("image-embedding-missing" | "image-embeddings-wrong")
  | ("name-unknown" | "name-taken" | "index-outside" | "value-wrong" | "value-not-finite")
  | ("sizes-differ" | "change-unfit" | "patch-source-unclear" | "role-absent")
  | "measured-wrong";
