/**
 * Models: configuration, tokeniser, preprocessing, and both towers with their hook points.
 *
 * @module
 */

export { Clip, type ClipOptions } from "../runtime/open_runtime.ts";
export { ClipModel, type ClipModelOptions } from "../model/clip_model.ts";
export { type Exported, exportModel, type ExportOptions } from "../export/export_model.ts";
export type {
  ConceptEdit,
  DirectionEdit,
  Edit as ModelEdit,
  EditedSentences,
  MapEdit,
  NamedEdit,
  ScaleEdit,
  ScoreRuleEdit,
  TransplantEdit,
} from "../edits/edit.ts";
export { readEdit } from "../edits/read_edit.ts";
export { DISK, onDisk } from "../files/read_file.ts";
export {
  type FileAt,
  type Files,
  MemoryFiles,
  type OpenFile,
  type PathKind,
} from "../reading/files.ts";
export { SHARP } from "../images/image_folder.ts";
export type { ImageFile, ImageFiles, ImageThreads } from "../model/image/image_tower.ts";
export type { Box } from "../reading/picture.ts";
export {
  imagePixels,
  type ImageSize,
  type PreprocessConfig,
  type PreprocessDefaults,
  type ResizeFilter,
  type RgbImage,
} from "../model/image/preprocess.ts";
export { loadClipConfig, parseClipConfig } from "../model/forms/settings.ts";
export type {
  ClipConfig,
  TextConfig,
  TowerConfig,
  VisionConfig,
} from "../architecture/tower_writer.ts";
export {
  CLIP,
  FAMILIES,
  type FamilyPositions,
  type ModelFamily,
  SIGLIP,
  type Similarity,
  type TextDefaults,
  type TowerDefaults,
  type VisionDefaults,
} from "../model/families.ts";
export type { LogitScale } from "../engine/graph/find_tower.ts";
export type { OuterParts } from "../engine/graph/hook_points.ts";
export type { Channels, ModelJson, NumberRule } from "../model/model_json.ts";
export * from "../model/image/image_tower.ts";
export {
  loadPreprocessConfig,
  parsePreprocessConfig,
  preprocessConfigFile,
} from "../model/image/preprocess_config.ts";
export type { OnnxChoice } from "../model/forms/folder_files.ts";
export type { FormChoice } from "../model/forms/model_form.ts";
export * from "../model/families.ts";
export * from "../model/text/text_tower.ts";
export * from "../model/text/text_tower.ts";
export * from "../model/text/clip_tokenizer.ts";
export * from "../model/text/load_tokenizer.ts";
export { loadTokenizer } from "../model/text/load_tokenizer.ts";
export * from "../model/text/sentence_tokenizer.ts";
export * from "../model/text/siglip_tokenizer.ts";
export { tokenizerFiles } from "../model/text/sentence_tokenizer.ts";
