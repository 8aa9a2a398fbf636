/** Chooses the files of a repository that make a CLIP model: settings, tokenizer, and one of the forms of its weights. */

import { NegscopeError } from "../errors/errors.ts";
import { indexOfShard, isWeightFile, OF_OPEN_CLIP, OF_TRANSFORMERS } from "../reading/path.ts";
import type { RemoteFile } from "./repository.ts";
import { nearestText } from "../errors/kinds.ts";
import { sizeText } from "../files/read_file.ts";

/** The forms, the one taken first at the top. */
export const FORMS = ["safetensors", "bin", "open_clip", "onnx"] as const;

/** A form of weights: Hugging Face's as safetensors or as a pickle, open_clip's, or ONNX graphs. */
export type Form = typeof FORMS[number];

/** Names that open_clip accepts for its own weights, where no settings claim them for Hugging Face. */
const OPEN_CLIP_AS_OTHERS = ["model.safetensors", "pytorch_model.bin"];
const ONNX_FOLDER = "onnx/";

/** The file of each form that a repository has with its settings, in the order of {@linkcode FORMS}. A config.json may also be timm's. */
export function formsOf(
  paths: ReadonlySet<string>,
  { huggingFace }: { readonly huggingFace: boolean },
): ReadonlyMap<Form, string> {
  const first = (names: readonly string[]) => names.find((name) => paths.has(name));
  const settled = huggingFace && paths.has("config.json");
  const found: Readonly<Record<Form, string | undefined>> = {
    safetensors: settled ? first(OF_TRANSFORMERS.safetensors) : undefined,
    bin: settled ? first(OF_TRANSFORMERS.bin) : undefined,
    open_clip: paths.has("open_clip_config.json")
      ? first(settled ? OF_OPEN_CLIP : [...OF_OPEN_CLIP, ...OPEN_CLIP_AS_OTHERS])
      : undefined,
    onnx: settled && [...paths].some(isGraph) ? ONNX_FOLDER : undefined,
  };
  return new Map(FORMS.flatMap((form) => found[form] === undefined ? [] : [[form, found[form]]]));
}

function isGraph(path: string): boolean {
  return /^onnx\/[^/]+\.onnx$/.test(path);
}

/** The graphs of both towers, with the files that hold their weights. */
export function graphFiles(
  files: readonly RemoteFile[],
  { repository, suffix, whole: isWhole = false }: {
    readonly repository: string;
    readonly suffix: string;
    readonly whole?: boolean | undefined;
  },
): RemoteFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const towers = [`onnx/text_model${suffix}.onnx`, `onnx/vision_model${suffix}.onnx`];
  const whole = `onnx/model${suffix}.onnx`;
  const graphs = !isWhole && towers.every((path) => paths.has(path)) ? towers : [whole];
  if (!paths.has(graphs[0]!)) {
    const wanted = `${isWhole ? "" : `${towers.join(" with ")}, or `}${whole}`;
    const found = [...paths].filter(isGraph).sort().join(", ");
    const fix = "choose another suffix with --onnx";
    throw filesMissing(repository, `it has no ${wanted}, but ${found}`, { fix });
  }
  // model.onnx and what holds its weights: model.onnx_data, model.onnx.data, model.onnx_data_1
  return files.filter(({ path }) =>
    graphs.includes(path.replace(/(?<=\.onnx)[._]data(_\d+)?$/, ""))
  );
}

function filesMissing(
  repository: string,
  reason: string,
  how: { readonly fix: string; readonly expected?: string },
): NegscopeError {
  return new NegscopeError("hub-files-missing", {
    problem: `Cannot download "${repository}"`,
    reason,
    ...how,
  });
}

interface RepositoryReading {
  readonly repository: string;
  readonly read: (file: RemoteFile) => Promise<Uint8Array>;
}

/** The tokenizer in one file, or in the two older ones. */
const TOKENIZER = [["tokenizer.json"], ["vocab.json", "merges.txt"]];
const TOKENIZER_SETTINGS = ["tokenizer_config.json", "special_tokens_map.json"];

/** The settings of the image processor, in the file of transformers up to version 4 or of version 5. */
const IMAGE_SETTINGS = ["preprocessor_config.json", "processor_config.json"];

const READABLE =
  "config.json with model.safetensors, pytorch_model.bin or onnx/, or open_clip_config.json with its weights";

export interface ChosenFiles {
  readonly files: readonly RemoteFile[]; // settings first
  readonly form?: Form; // form of the weights; absent if one file is taken by its name
  readonly weights: string; // file that holds the weights, the index of their shards, or `onnx/`
  readonly others: ReadonlyMap<Form, string>; // forms that are left out, with the same of each
}

export interface ModelChoice {
  readonly form?: Form | undefined; // default: the first of safetensors, bin, open_clip, onnx
  /** The suffix of the graphs in `onnx/text_model{SUFFIX}.onnx`; takes this form. */
  readonly suffix?: string | undefined;
  /** Whether only one graph of the whole model will do. @default {false} */
  readonly whole?: boolean | undefined;
}

export async function modelFiles(
  files: readonly RemoteFile[],
  options: ModelChoice & RepositoryReading,
): Promise<ChosenFiles> {
  const { repository, suffix, whole } = options;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const paths = new Set(byPath.keys());
  const forms = formsOf(paths, { huggingFace: await isHuggingFace(byPath, options.read) });
  if (forms.size === 0) throw noForm(files, repository);
  const form = suffix !== undefined ? "onnx" : options.form ?? [...forms.keys()][0]!;
  const weights = forms.get(form);
  if (weights === undefined) throw formMissing(form, forms, repository);
  const others = new Map([...forms].filter(([other]) => other !== form));
  const settings = settingsOf(byPath, { form, weights, repository });
  if (form === "onnx") {
    const graphs = graphFiles(files, { repository, suffix: suffix ?? "", whole });
    return { files: [...settings, ...graphs], form, weights, others };
  }
  const shards = files.filter(({ path }) => indexOfShard(path) === weights);
  return { files: [...settings, byPath.get(weights)!, ...shards], form, weights, others };
}

/** Whether config.json is Hugging Face's: timm's, which lies beside open_clip's, names no type of model. */
async function isHuggingFace(
  byPath: ReadonlyMap<string, RemoteFile>,
  read: RepositoryReading["read"],
): Promise<boolean> {
  const config = byPath.get("config.json");
  if (config === undefined || !byPath.has("open_clip_config.json")) return true;
  return new TextDecoder().decode(await read(config)).includes('"model_type"');
}

function settingsOf(
  byPath: ReadonlyMap<string, RemoteFile>,
  { form, weights, repository }: Readonly<{ form: Form; weights: string; repository: string }>,
): RemoteFile[] {
  const lacks = (what: string) =>
    filesMissing(repository, `it has no ${what}`, {
      fix: form === "onnx"
        ? "choose another repository"
        : `choose another repository, or take --file ${weights}, which --weights reads with the settings of another model`,
    });
  const found = (names: readonly string[]) => names.flatMap((name) => byPath.get(name) ?? []);
  const config = form === "open_clip" ? "open_clip_config.json" : "config.json";
  const tokenizer = TOKENIZER.find((names) => names.every((name) => byPath.has(name)));
  if (tokenizer === undefined) {
    throw lacks(TOKENIZER.map((names) => names.join(" with ")).join(", or "));
  }
  const image = found(IMAGE_SETTINGS);
  // open_clip has them in its open_clip_config.json
  if (image.length === 0 && form !== "open_clip") throw lacks(IMAGE_SETTINGS.join(" or "));
  return [...found([config, ...tokenizer, ...TOKENIZER_SETTINGS]), ...image];
}

function formMissing(
  form: Form,
  forms: ReadonlyMap<Form, string>,
  repository: string,
): NegscopeError {
  const there = [...forms].map(([other, file]) => `${other} (${file})`).join(", ");
  return new NegscopeError("hub-files-missing", {
    problem: `Cannot download "${repository}" in the form ${form}`,
    subject: form,
    reason: `it has ${there}`,
    fix: `leave out ${
      form === "onnx" ? "--onnx or --form" : "--form"
    }, or choose another repository`,
  });
}

function noForm(files: readonly RemoteFile[], repository: string): NegscopeError {
  const loose = files.filter(({ path }) => isWeightFile(path));
  const [first] = loose;
  if (first === undefined) {
    const how = { expected: READABLE, fix: "choose another repository" };
    return filesMissing(repository, "it has no weights that can be read", how);
  }
  const shown = loose.slice(0, 10).map(({ path, size }) => `${path} (${sizeText(size)})`);
  const more = loose.length > shown.length ? ` and ${loose.length - shown.length} more` : "";
  const reason = `its weights have no settings beside them: ${shown.join(", ")}${more}`;
  return filesMissing(repository, reason, {
    expected: READABLE,
    fix: `take one with --file, such as --file ${first.path}, and read it with --weights`,
  });
}

/** A file by its path, as `--file` names it. */
export function oneFile(
  files: readonly RemoteFile[],
  { repository, path }: { readonly repository: string; readonly path: string },
): ChosenFiles {
  const file = files.find((file) => file.path === path);
  if (file !== undefined) return { files: [file], weights: path, others: new Map() };
  throw new NegscopeError("hub-files-missing", {
    problem: `Cannot download "${path}" of "${repository}"`,
    reason: files.length === 0
      ? "it has no files"
      : `it has no such file; the nearest are ${nearestText(path, files.map(({ path }) => path))}`,
    fix: "give its path in the repository",
  });
}
