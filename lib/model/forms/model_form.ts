/** What a model folder holds, and which of it is taken. */

import { builtTower, type OpenedWeights } from "../../architecture/towers.ts";
import { canonicalArrays } from "../../architecture/names/canonical_arrays.ts";
import {
  foreignKind,
  inFile,
  type NamedArrays,
  requireArray,
  type TowerName,
} from "../../architecture/names/conventions.ts";
import { openCheckpoint } from "../../checkpoint/checkpoint.ts";
import { NegscopeError, shown } from "../../errors/errors.ts";
import type { FileAt } from "../../reading/files.ts";
import { basename, dirname, indexOfShard, isWithin, join } from "../../reading/path.ts";
import type { TowerArrays, VisionConfig } from "../../architecture/tower_writer.ts";
import { GraphFile, type GraphOrigin, onnxOrigin } from "../../onnx/graph_file.ts";
import type { LogitScale } from "../../engine/graph/find_tower.ts";
import {
  imageTowerAbsent,
  type ModelSettings,
  namesActivation,
  NO_IMAGE_TOWER,
  readSettings,
} from "./settings.ts";
import type { ModelFamily } from "../families.ts";
import {
  chosenOnnx,
  folderFiles,
  type OnnxChoice,
  onnxFile,
  towerMissing,
} from "./folder_files.ts";
import { towerRefused } from "./open_clip.ts";
import { tokenizerFiles } from "../text/sentence_tokenizer.ts";
import { readNumbers, sizeOf } from "../../checkpoint/stored_array.ts";

export function openWeights(at: FileAt, tower: TowerName): OpenedWeights {
  const { path } = at;
  const index = indexOfShard(basename(path));
  if (index !== undefined) {
    throw new NegscopeError("weights-not-one-model", {
      problem: `Cannot use weight file "${path}" alone`,
      reason: "by its name it is one of several that hold a model together",
      fix: `give the index file that names them all instead, "${join(dirname(path), index)}"`,
    });
  }
  const { arrays, stamps } = openCheckpoint(at);
  return { stamps, named: canonicalArrays(arrays, path, { towers: [tower] }) };
}

/** What to take of a model folder. */
export interface FormChoice extends OnnxChoice {
  /** A file of weights that takes the place of the folder's own, for the towers that it holds. */
  readonly weights?: string | undefined;
  /** The tokeniser's own file or folder. @default {the model folder} */
  readonly tokenizer?: string | undefined;
  /** The activation of towers that are built for weights. @default {the one in the settings} */
  readonly activation?: string | undefined;
  /** The family to read the folder as. @default {the one that its settings describe} */
  readonly family?: ModelFamily | undefined;
}

interface TowerForm {
  readonly origin: GraphOrigin;
  /** What was taken, for the user: the file, and what it does not hold, e.g. `model.safetensors (activation quick_gelu, from config.json)`. */
  readonly taken: string;
  /** Finds all files that determine the tower's numbers, besides the settings. */
  readonly files: () => Promise<readonly string[]>;
}

export class ModelForm {
  readonly folder: string;
  /** Each file of weights is opened once for each tower, so that all that is said and read of one is of the same content. */
  readonly #opened = new Map<string, OpenedWeights>();
  #scale: Promise<OwnScale | undefined> | undefined;

  private constructor(
    private readonly at: FileAt,
    readonly settings: ModelSettings,
    private readonly choice: FormChoice,
  ) {
    this.folder = at.path;
  }

  static async find(folder: FileAt, choice: FormChoice = {}): Promise<ModelForm> {
    return new ModelForm(folder, await readSettings(folder, choice), choice);
  }

  /** The folder or the file that the tokeniser is read from. */
  get tokenizerPlace(): FileAt {
    return this.#fileAt(this.choice.tokenizer ?? this.folder);
  }

  /** The name of the file of weights that the user lays over the folder; undefined if there is none. */
  get laidOver(): string | undefined {
    const { weights } = this.choice;
    return weights === undefined ? undefined : basename(weights);
  }

  get vision(): VisionConfig {
    const { config: { vision }, refusedImage, file } = this.settings;
    if (vision !== undefined) return vision;
    throw refusedImage === NO_IMAGE_TOWER
      ? imageTowerAbsent(file)
      : towerRefused(file, "image", refusedImage!);
  }

  /** Checks that something is taken of the weights that the user gave, if they are. */
  checkWeightsUsed(inUse: readonly TowerName[]): void {
    const { weights } = this.choice;
    if (weights === undefined || inUse.length === 0) return;
    const isTried = inUse.some((kind) => { // what is there of a tower only in part is refused with the tower
      const { towers, foreign } = this.#weights(weights, kind).named;
      const isOpen = chosenOnnx(kind, this.choice) === undefined;
      return towers.includes(kind) || foreign[kind] !== undefined && isOpen;
    });
    if (isTried) return;
    throw new NegscopeError("tower-missing", {
      problem: `Cannot use the weights "${weights}"`,
      reason: `only the ${inUse.join(" and ")} tower is in use, and they do not hold it`,
      expected: "weights of a tower that is in use",
      fix: "leave them out, or give weights with that tower",
    });
  }

  /** Finds a tower in the weights or the ONNX file that the user chose, in onnx/, or in the folder's weights, the first that there is. */
  async tower(kind: TowerName): Promise<TowerForm> {
    const { weights, suffix } = this.choice;
    const named = chosenOnnx(kind, this.choice);
    if (weights !== undefined) {
      const { towers, foreign } = this.#weights(weights, kind).named;
      if (towers.includes(kind) && named !== undefined) {
        const other = kind === "text" ? "image" : "text";
        throw new NegscopeError("model-ambiguous", {
          problem: `Cannot tell which ${kind} tower to use`,
          subject: weights,
          reason:
            `the weights "${weights}" hold one, and the ONNX file "${named}" is named for it too`,
          fix:
            `leave out one of the two; if you want only the ${other} tower of the weights, save its arrays to a file of their own`,
        });
      }
      if (towers.includes(kind)) return await this.#ofWeights(kind, weights);
      const array = foreign[kind];
      if (array !== undefined && named === undefined) throw towerForeign(kind, weights, array);
    }
    const onnx = await onnxFile(this.at, kind, this.choice);
    if (onnx !== undefined) return await this.#ofOnnx(kind, onnx);
    const files = await folderFiles(this.at, this.settings.library);
    if (files.weights === undefined || suffix !== undefined) {
      throw towerMissing(this.folder, kind, files, suffix);
    }
    return await this.#ofWeights(kind, files.weights);
  }

  /** The scale and bias of the model's own logits: of the text tower's weights, else of those that the user gave, else of the folder's. */
  logitScale(): Promise<OwnScale | undefined> {
    return this.#scale ??= this.#findScale();
  }

  async #findScale(): Promise<OwnScale | undefined> {
    const { family, library } = this.settings;
    if (family.scaled === undefined) return undefined;
    const { weights: given, suffix } = this.choice;
    const { weights: inFolder } = await folderFiles(this.at, library);
    const isOnnx = async (tower: TowerName) =>
      suffix !== undefined || await onnxFile(this.at, tower, this.choice) !== undefined;
    const isGivenText = given !== undefined &&
      this.#weights(given, "text").named.towers.includes("text");
    const candidates = [
      !isGivenText && inFolder !== undefined && !await isOnnx("text") ? inFolder : undefined,
      given,
      given !== undefined || inFolder !== undefined && !await isOnnx("image")
        ? inFolder
        : undefined,
    ];
    for (const path of candidates) {
      if (path === undefined) continue;
      const { named, stamps } = this.#weights(path, "text");
      const power = numberAt(named, "logit_scale");
      if (power === undefined) continue;
      const scale = { scale: Math.exp(power), bias: numberAt(named, "logit_bias") ?? 0 };
      return { scale, path, files: [...stamps.keys()] };
    }
    return undefined;
  }

  async filesOf(kind: TowerName): Promise<string[]> {
    const { file, preprocessing } = this.settings;
    const { files } = await this.tower(kind);
    const scale = kind === "text" ? await this.logitScale() : undefined;
    const further = kind === "text"
      ? await tokenizerFiles(this.tokenizerPlace)
      : [(await preprocessing(this.vision)).file];
    return [...new Set([file, ...further, ...await files(), ...scale?.files ?? []])];
  }

  #fileAt(path: string): FileAt {
    return { files: this.at.files, path };
  }

  #weights(path: string, tower: TowerName): OpenedWeights {
    const key = `${tower} ${path}`;
    const opened = this.#opened.get(key) ?? openWeights(this.#fileAt(path), tower);
    this.#opened.set(key, opened);
    return opened;
  }

  async #ofOnnx(kind: TowerName, path: string): Promise<TowerForm> {
    const { activation } = this.choice;
    if (activation !== undefined) {
      throw new NegscopeError("usage-value-wrong", {
        problem: `Cannot use activation "${activation}" with "${path}"`,
        subject: path,
        reason: "the graph in an ONNX file has its activation fixed",
        expected: "weights, for which this kit builds the graph",
        fix: "give a model of weights, or lay some over it with --weights",
      });
    }
    const origin = onnxOrigin(this.#fileAt(path));
    return {
      origin,
      taken: this.#saying(path, ["activation as exported", await this.#passedOver(kind)]),
      files: async () => {
        const file = new GraphFile(origin);
        await file.open();
        file.close();
        return file.files;
      },
    };
  }

  async #ofWeights(kind: TowerName, path: string): Promise<TowerForm> {
    const { family: { write: { text, image } }, config } = this.settings;
    const vision = kind === "image" ? this.vision : undefined; // a tower that cannot be built is refused before its weights are read
    const { activation } = this.choice;
    const given = activation === undefined ? {} : { hiddenAct: activation };
    const write = (arrays: TowerArrays) =>
      vision === undefined
        ? text(arrays, { ...config.text, ...given })
        : image(arrays, { ...vision, ...given });
    const open = () => this.#weights(path, kind);
    const { unused } = open().named;
    return {
      origin: builtTower(this.#fileAt(path), open, write),
      taken: this.#saying(path, [await this.#from(kind, path), notUsed(unused)]),
      files: () => Promise.try(() => [...open().stamps.keys()]),
    };
  }

  #saying(path: string, notes: readonly (string | undefined)[]): string {
    return `${nameWithin(this.at, path)} (${
      notes.filter((note) => note !== undefined).join("; ")
    })`;
  }

  /** Where that of a built tower is from which no weights say, and what these weights do not hold. */
  async #from(kind: TowerName, path: string): Promise<string> {
    const { config, file, json, positions } = this.settings;
    const { hiddenAct } = kind === "text" ? config.text : this.vision;
    const from = namesActivation(json, kind)
      ? `from ${basename(file)}`
      : `the default, since ${basename(file)} names none`;
    const scale = kind === "text" ? await this.logitScale() : undefined;
    const other = scale === undefined || scale.path === path
      ? ""
      : `; logit scale from ${nameWithin(this.at, scale.path)}`;
    const long = kind === "text" && positions !== undefined
      ? `; ${positions} positions, from the weights`
      : "";
    const { activation } = this.choice;
    const used = activation === undefined
      ? `${hiddenAct}, ${from}`
      : `${activation}, as asked for, not ${hiddenAct}`;
    return `activation ${used}${long}${other}`;
  }

  /** Weights that a user may take for those in use: the folder's beside its ONNX file, or a part of the tower in the user's own. */
  async #passedOver(kind: TowerName): Promise<string | undefined> {
    const { suffix, weights: laidOver } = this.choice;
    const foreign = laidOver && this.#weights(laidOver, kind).named.foreign[kind];
    if (foreign !== undefined) {
      return `not that of ${basename(laidOver!)}, which is ${foreignKind(foreign)}`;
    }
    if (suffix !== undefined || chosenOnnx(kind, this.choice) !== undefined) return undefined;
    const { weights } = await folderFiles(this.at, this.settings.library);
    return weights && `not ${basename(weights)}, which is there too`;
  }
}

/** The model's own tower does not stand in for it unasked, since it was not trained with the other tower of the weights. */
function towerForeign(tower: TowerName, weights: string, array: string): NegscopeError {
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use the ${tower} tower of "${weights}"`,
    reason: `it is ${foreignKind(array)}: it has ${shown(array)}`,
    expected: `the ${tower} tower of a CLIP or SigLIP model, or none`,
    fix: tower === "image"
      ? "use image embeddings that its model made elsewhere, or name an ONNX file of the tower; if the text tower is to be used with the image tower of the model's folder, save its arrays to a file of their own"
      : "use another model, or name an ONNX file of the tower; if the image tower is to be used with the text tower of the model's folder, save its arrays to a file of their own",
  });
}

/** A file by its path within a folder; of a file elsewhere only the name, so that the same files have the same name anywhere. */
function nameWithin({ files, path: folder }: FileAt, path: string): string {
  const [whole, root] = [path, folder].map((each) => files.resolve(each)) as [string, string];
  return isWithin(whole, root) ? whole.slice(root.length).replace(/^[/\\]/, "") : basename(path);
}

/** What is said of arrays that no tower needs; undefined if there are none. */
function notUsed(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const several = names.length === 1 ? "" : `${names.length} arrays, such as `;
  return `not used: ${several}${shown(names[0])}`;
}

interface OwnScale {
  readonly scale: LogitScale;
  readonly path: string;
  readonly files: readonly string[];
}

function numberAt(named: NamedArrays, name: string): number | undefined {
  if (!named.arrays.has(name)) return undefined;
  const array = requireArray(named, name);
  if (sizeOf(array) === 1) return readNumbers(array)[0]!;
  const stored = inFile(named, name).name;
  throw new NegscopeError("model-files-differ", {
    problem: `Cannot use array "${stored}" of "${named.source}"`,
    reason: `its shape is [${array.shape.join(", ")}]`,
    expected: "one number for all sentences and images",
    fix: "use the checkpoint of a whole model",
  });
}
