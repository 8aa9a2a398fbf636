/** What a model folder holds, and which of it is taken. */

import { basename, isAbsolute, relative } from "node:path";
import type { TowerName } from "../../architecture/names/named_arrays.ts";
import { NegscopeError } from "../../errors.ts";
import { GraphFile, type GraphOrigin, onnxOrigin } from "../../onnx/graph/graph_file.ts";
import type { LogitScale } from "../../engine/logit_scale.ts";
import type { ModelFamily } from "../families.ts";
import type { VisionConfig } from "../sizes.ts";
import { onnxCandidates, type OnnxChoice, onnxFile } from "./onnx_files.ts";
import { towerRefused } from "./open_clip_settings.ts";
import { type ModelSettings, readSettings } from "./settings.ts";
import { tokenizerFiles } from "../text/tokenizers/tokenizer_files.ts";
import { type FolderFiles, folderFiles, isAdapter, MERGE } from "./weight_files.ts";
import { logitScaleOf, openWeights, towerOfWeights } from "./weight_towers.ts";

/** What to take of a model folder. */
export interface FormChoice extends OnnxChoice {
  /** A file of weights that takes the place of the folder's own, for the towers that it holds. */
  readonly weights?: string;
  /** The tokeniser's own file or folder. @default {the model folder} */
  readonly tokenizer?: string;
  /** The family to read the folder as. @default {the one that its settings describe} */
  readonly family?: ModelFamily;
}

/** Where a tower comes from. */
export interface TowerForm {
  /** The origin of its graph. */
  readonly origin: GraphOrigin;
  /** What was taken, for the user: the file, and how it became a graph. */
  readonly taken: string;
  /** Whether the graph is built for weights; otherwise an ONNX file has it. */
  readonly isBuilt: boolean;
  /** Finds all files that determine the tower's numbers, besides the settings. */
  readonly files: () => Promise<readonly string[]>;
  /** Reads the scale and bias of the model's own logits, if the weights hold them. */
  readonly logitScale?: () => Promise<LogitScale | undefined>;
}

/** A model folder with its settings. */
export class ModelForm {
  /** The folder. */
  readonly folder: string;
  /** What its settings say. */
  readonly settings: ModelSettings;
  readonly #choice: FormChoice;

  private constructor(folder: string, settings: ModelSettings, choice: FormChoice) {
    this.folder = folder;
    this.settings = settings;
    this.#choice = choice;
  }

  /**
   * Reads the settings of a model folder.
   *
   * @param folder A folder as transformers or open_clip lay it out.
   * @param choice What to take of it.
   * @throws {NegscopeError} If the settings are missing, cannot be read, or are of a model that the kit does not know.
   */
  static async find(folder: string, choice: FormChoice = {}): Promise<ModelForm> {
    return new ModelForm(folder, await readSettings(folder, choice.family), choice);
  }

  /** The folder or the file that the tokeniser is read from. */
  get tokenizerPlace(): string {
    return this.#choice.tokenizer ?? this.folder;
  }

  /**
   * The sizes of the image tower.
   *
   * @throws {NegscopeError} If the kit cannot build it.
   */
  get vision(): VisionConfig {
    const { config: { vision }, refusedImage, file } = this.settings;
    if (vision !== undefined) return vision;
    throw towerRefused(file, "image", refusedImage!);
  }

  /**
   * Finds a tower: in the weights that the user gave, in the ONNX files that the user chose, in onnx/, or in the folder's weights, the
   * first of these that there is.
   *
   * @param kind Which tower.
   * @throws {NegscopeError} If nothing of the folder has it, or the kit cannot build it.
   */
  async tower(kind: TowerName): Promise<TowerForm> {
    const { weights } = this.#choice;
    if (weights !== undefined && await hasTower(weights, kind)) {
      return this.#ofWeights(kind, weights);
    }
    const onnx = await onnxFile(this.folder, kind, this.#choice);
    if (onnx !== undefined) return this.#ofOnnx(onnx);
    const found = await folderFiles(this.folder, this.settings.library);
    const { suffix } = this.#choice;
    if (suffix === undefined && found.weights !== undefined) {
      return this.#ofWeights(kind, found.weights);
    }
    throw suffix === undefined
      ? towerMissing(this.folder, kind, found)
      : exportMissing(onnxCandidates(this.folder, kind, suffix), found);
  }

  /**
   * Finds all files that determine the numbers of a tower, without loading it.
   *
   * @param kind Which tower.
   * @throws {NegscopeError} If a file is missing or cannot be read.
   */
  async filesOf(kind: TowerName): Promise<string[]> {
    const { file, preprocessing } = this.settings;
    const { files } = await this.tower(kind);
    const own = kind === "text"
      ? await tokenizerFiles(this.tokenizerPlace)
      : [(await preprocessing(this.vision)).file];
    return [...new Set([file, ...own, ...await files()])];
  }

  #ofOnnx(path: string): TowerForm {
    return {
      origin: onnxOrigin(path),
      taken: this.#named(path),
      isBuilt: false,
      files: async () => {
        const file = new GraphFile(path);
        await file.open();
        file.close();
        return file.files;
      },
    };
  }

  #ofWeights(kind: TowerName, path: string): TowerForm {
    const { family: { write: { text, image } }, config, file } = this.settings;
    const write = kind === "text" ? text(config.text) : image(this.vision);
    const origin = towerOfWeights(path, kind, write);
    const { hiddenAct } = kind === "text" ? config.text : this.vision;
    const said = path === this.#choice.weights
      ? `, with the activation ${hiddenAct} of ${basename(file)}` // the weights do not say
      : "";
    return {
      ...{ origin, taken: `${this.#named(path)}${said}`, isBuilt: true },
      files: async () => (await openWeights(path, kind)).files,
      logitScale: async () => await logitScaleOf(await openWeights(path, kind)),
    };
  }

  /** A file within the folder; of another only the name, so that the same files have the same name anywhere. */
  #named(path: string): string {
    const within = relative(this.folder, path);
    return within.startsWith("..") || isAbsolute(within) ? basename(path) : within;
  }
}

/** Nothing of a folder has a tower. */
function towerMissing(
  folder: string,
  kind: TowerName,
  { onnx, loose }: FolderFiles,
): NegscopeError {
  const graphs = onnx.length === 0 ? "no ONNX file" : onnx.join(", ");
  const adapter = loose.length > 0 && loose.every(isAdapter);
  const others = adapter ? `an adapter (LoRA), ${loose.join(", ")}` : loose.join(", ");
  return new NegscopeError("onnx-file-missing", {
    problem: `Cannot find the ${kind} tower in "${folder}"`,
    subject: folder,
    reason: `its onnx/ holds ${graphs}, and beside it there is ${
      loose.length === 0 ? "no file of weights" : others
    }`,
    expected: `${
      onnxCandidates("", kind).map((path) => path.slice(1)).join(", ")
    }, or weights by a usual name, such as model.safetensors or pytorch_model.bin`,
    fix: adapter
      ? MERGE
      : loose.length > 0
      ? `choose one: --weights ${folder}/${loose[0]}`
      : onnx.length > 0
      ? "choose one: --onnx SUFFIX, or --onnx-text and --onnx-vision FILE"
      : "download the model again, or name its file: --weights FILE",
  });
}

/** A folder lacks the export that the user chose. */
function exportMissing(
  candidates: readonly string[],
  { onnx, weights }: FolderFiles,
): NegscopeError {
  const [first, second] = candidates.map((path) => `"${path}"`);
  return new NegscopeError("onnx-file-missing", {
    problem: `Cannot find ${first} or ${second}`,
    subject: candidates[0],
    reason: `the folder's onnx/ holds ${onnx.length === 0 ? "no ONNX file" : onnx.join(", ")}`,
    fix: onnx.length === 0 && weights !== undefined
      ? `leave out --onnx to use "${weights}"`
      : "choose one: --onnx SUFFIX, or --onnx-text and --onnx-vision FILE",
  });
}

async function hasTower(weights: string, kind: TowerName): Promise<boolean> {
  return (await openWeights(weights, kind)).named.towers.includes(kind);
}
