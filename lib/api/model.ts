/**
 * Models: configuration, tokeniser, preprocessing, and both towers with their hook points.
 *
 * @module
 */

export type {
  ClipConfig,
  TextConfig,
  TowerConfig,
  VisionConfig,
} from "../architecture/tower_writer.ts";
export type {
  ConceptEdit,
  DirectionEdit,
  Edit as ModelEdit,
  EditedSentences,
  MapEdit,
  MergeEdit,
  NamedEdit,
  ScaleEdit,
  ScoreRuleEdit,
  TransplantEdit,
} from "../edits/edit.ts";
export type { GraphEnds, LogitScale } from "../engine/graph/find_tower.ts";
export type { OuterParts } from "../engine/weights/weight_layout.ts";
export { onDisk } from "../files/read_file.ts";
export { SHARP } from "../opening/images/image_folder.ts";
export { ClipModel, type ClipModelOptions } from "../model/clip_model.ts";
export {
  CLIP,
  type FamilyPositions,
  type ModelFamily,
  SIGLIP,
  type Similarity,
  type TextDefaults,
  type TowerDefaults,
  type VisionDefaults,
} from "../model/families.ts";
export type { OnnxChoice } from "../model/forms/folder_files.ts";
export type { FormChoice } from "../model/forms/model_form.ts";
export * from "../model/image/image_tower.ts";
export type {
  ImageSize,
  PreprocessConfig,
  PreprocessDefaults,
  ResizeFilter,
} from "../model/image/preprocess.ts";
export { loadPreprocessConfig } from "../model/image/preprocess_config.ts";
export { type Channels, ModelJson, type NumberRule } from "../model/model_json.ts";
export type { SentenceTokenizer } from "../model/text/sentence_tokenizer.ts";
export { type OwnPositions, SentenceReader, TextTower } from "../model/text/text_tower.ts";
export type { FileAt, Files, OpenFile, PathKind } from "../reading/files.ts";
export type { Box } from "../reading/picture.ts";
export { Clip, type ClipOptions } from "../runtime/open_runtime.ts";
