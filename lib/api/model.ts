/**
 * Models: configuration, tokeniser, preprocessing, and both towers with their hook points.
 *
 * @module
 */

export { Clip, type ClipOptions } from "../runtime/clip.ts";
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
export type { FileAt, Files, OpenFile, PathKind } from "../reading/files.ts";
export { MemoryFiles } from "../reading/memory_files.ts";
export { SHARP } from "../images/sharp.ts";
export type { ImageFile, ImageFiles, ImageThreads } from "../model/image/image_files.ts";
export type { Box } from "../reading/picture.ts";
export { imagePixels } from "../model/image/preprocess.ts";
export { parseClipConfig } from "../model/config.ts";
export { loadClipConfig } from "../model/forms/settings.ts";
export * from "../architecture/sizes.ts";
export {
  CLIP,
  FAMILIES,
  type FamilyPositions,
  type ModelFamily,
  type Similarity,
  type TextDefaults,
  type TowerDefaults,
  type VisionDefaults,
} from "../model/families.ts";
export { SIGLIP } from "../model/siglip.ts";
export type { LogitScale } from "../engine/logit_scale.ts";
export type { OuterParts } from "../engine/tower_shape.ts";
export type { Channels, ModelJson, NumberRule } from "../model/model_json.ts";
export type { ResizeFilter, RgbImage } from "../model/image/resize.ts";
export * from "../model/image/image_tower.ts";
export {
  type ImageSize,
  loadPreprocessConfig,
  parsePreprocessConfig,
  type PreprocessConfig,
  preprocessConfigFile,
  type PreprocessDefaults,
} from "../model/image/preprocess_config.ts";
export type { OnnxChoice } from "../model/forms/folder_files.ts";
export type { FormChoice } from "../model/forms/model_form.ts";
export * from "../model/similarity.ts";
export * from "../model/text/sentence_reader.ts";
export * from "../model/text/text_tower.ts";
export * from "../model/text/tokenizers/clip_tokenizer.ts";
export * from "../model/text/tokenizers/siglip/load_siglip.ts";
export { loadTokenizer } from "../model/text/tokenizers/load_tokenizer.ts";
export * from "../model/text/tokenizers/sentence_tokenizer.ts";
export * from "../model/text/tokenizers/siglip/siglip_tokenizer.ts";
export { tokenizerFiles } from "../model/text/tokenizers/tokenizer_files.ts";
