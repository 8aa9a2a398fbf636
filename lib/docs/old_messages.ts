/** The message functions of lib/errors that have not been moved to their throw sites yet. This file goes with the last of them. */

import type { ErrorCode } from "../errors/negscope_error.ts";
import { textsIn, withoutComments } from "./source_texts.ts";
import { isPhrase, type ThrowSite } from "./throw_sites.ts";

/** The code that each of them will have. */
const OLD_CODES: Readonly<Record<string, ErrorCode>> = {
  // downloads.ts
  downloadNothing: "usage-download-target-missing",
  downloadUnknown: "usage-download-target-unknown",
  downloadOperandTooMany: "usage-download-argument-unexpected",
  downloadFlagForeign: "usage-download-flag-foreign",
  hubNameWrong: "usage-repository-name-wrong",
  downloadInterrupted: "download-interrupted",
  downloadDataMissing: "download-data-missing",
  // finished_runs.ts
  runMissing: "run-missing",
  runManifestMissing: "run-manifest-missing",
  runManifestUnreadable: "run-manifest-unreadable",
  runUnfinished: "run-unfinished",
  // folders.ts
  folderHoldsFiles: "folder-holds-files",
  folderHoldsOtherRun: "folder-holds-other-run",
  // hooks.ts
  tensorSizeMismatch: "tensor-size-differs",
  tensorIndexOutside: "tensor-index-outside",
  unknownHook: "hook-unknown",
  cacheLacksHook: "cache-lacks-hook",
  cacheLacksRow: "cache-lacks-row",
  cacheLengthsDiffer: "cache-lengths-differ",
  selectionUnknownAxis: "selection-axis-unknown",
  selectionOutside: "selection-outside",
  interventionNeedsPattern: "knock-out-needs-pattern",
  meanNeedsPositions: "mean-needs-positions",
  interventionSizeDiffers: "intervention-size-differs",
  interventionRowsDiffer: "intervention-rows-differ",
  patchNeedsPosition: "patch-needs-position",
  editChangedShape: "edit-changed-shape",
  vectorsDiffer: "embeddings-differ",
  // model_folder.ts
  modelFolderLacks: "model-file-missing",
  modelFolderUnreadable: "model-file-unreadable",
  jsonUnreadable: "json-unreadable",
  jsonNotObject: "json-not-object",
  settingOfWrongType: "setting-wrong",
  settingOfWrongValue: "setting-wrong",
  modelNotClip: "model-not-clip",
  tokenizerUnreadable: "tokenizer-unreadable",
  tokenizerNotClip: "tokenizer-not-clip",
  tokenBeyondVocabulary: "token-beyond-vocabulary",
  endTokenDiffers: "end-token-differs",
  sentenceNotEncoded: "sentence-not-encoded",
  tokenUnknown: "token-unknown",
  imageFolderMissing: "image-folder-missing",
  imageMissing: "image-missing",
  imageUnreachable: "image-unreadable",
  imageOutside: "image-outside",
  imageUndecodable: "image-undecodable",
  imageTooLarge: "image-too-large",
  // reports.ts
  documentUnreadable: "document-unreadable",
  noCharts: "charts-missing",
  chartUnreadable: "chart-unreadable",
  pictureOfUnknownType: "picture-type-unknown",
  chartNotDrawn: "chart-not-drawn",
  // shards.ts
  shardNotOne: "shard-whole-run",
  shardOtherCount: "shard-count-differs",
  shardForeign: "shard-foreign",
  shardTwice: "shard-repeated",
  shardsMissing: "shard-missing",
  shardOtherVersion: "shard-version-differs",
  shardRowsUnreadable: "shard-rows-unreadable",
  // sweeps.ts
  referenceFailed: "reference-failed",
  // towers.ts
  blockCountDiffers: "tower-blocks-differ",
  hookUnreachable: "hook-unreachable",
  towerMissing: "tower-missing",
  inputUnknown: "tower-input-unknown",
  hookShapeDiffers: "hook-size-differs",
  inputTooLarge: "tower-input-fixed",
  embeddingTypeDiffers: "tower-output-type",
  inputTooLong: "sentence-too-long",
  onnxFileMissing: "onnx-file-missing",
  towerNotLoaded: "tower-not-loaded",
  towerReleased: "tower-released",
  pixelsShapeDiffers: "pixels-shape-differs",
  embeddingSizeDiffers: "embedding-size-differs",
  stateValueMissing: "run-value-missing",
  // usage.ts
  flagUnknown: "usage-flag-unknown",
  flagNotAlone: "usage-argument-unexpected",
  flagTwice: "usage-flag-repeated",
  flagMissingValue: "usage-value-missing",
  flagTakesNoValue: "usage-value-unexpected",
  flagValueWrong: "usage-value-wrong",
  dataNotGiven: "usage-input-missing",
  jupyterMissing: "usage-jupyter-missing",
  notebookWithoutCells: "notebook-without-cells",
  notebookMissing: "notebook-unreadable",
  noRowsLeft: "usage-no-rows",
  interrupted: "interrupted",
};

/**
 * The errors that message functions make.
 *
 * @param source A file of lib/errors.
 * @param shared The texts of functions that describe causes, by name.
 */
export function oldMessages(
  source: string,
  shared: ReadonlyMap<string, readonly string[]>,
): ThrowSite[] {
  const functions = withoutComments(source).split(/^export function /m).slice(1);
  return functions.filter((code) => !code.includes("NegscopeError")).flatMap((code) => {
    const name = /^\w+/.exec(code)![0];
    const texts = textsIn(code).map((text) => text.trim());
    const messages = texts.filter((text) => /^[A-Z][a-z]+.* /.test(text));
    const own = texts.filter((text) => /^[a-z].*\w.* .*\w/.test(text));
    const called = [...shared].flatMap(([name, texts]) => code.includes(`${name}(`) ? texts : []);
    const parts = [...new Set([...own, ...called])].filter(isPhrase);
    return messages.map((message) => ({ code: OLD_CODES[name] ?? `?${name}`, message, parts }));
  });
}
