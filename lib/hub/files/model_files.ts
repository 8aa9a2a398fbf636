/** Chooses the files of a repository that make a CLIP model. */

import { NegscopeError } from "../../errors.ts";
import { nearestText } from "../../errors/kinds.ts";
import { sizeText } from "../../files/size_text.ts";
import { isObject } from "../../reading/json.ts";
import { isWeightFile } from "../../reading/path.ts";
import type { RemoteFile } from "../remote_file.ts";
import { type ReadFile, readJson, shardsOf } from "./small_file.ts";
import { type Form, formsOf, graphFiles } from "./weights.ts";

/** The tokenizer in one file, or in the two older ones. */
const TOKENIZER = [["tokenizer.json"], ["vocab.json", "merges.txt"]];

const TOKENIZER_SETTINGS = ["tokenizer_config.json", "special_tokens_map.json"];

/** The settings of the image processor, in the file of transformers up to version 4 or of version 5. */
const IMAGE_SETTINGS = ["preprocessor_config.json", "processor_config.json"];

const READABLE =
  "config.json with model.safetensors, pytorch_model.bin or onnx/, or open_clip_config.json with its weights";

export interface ChosenFiles {
  /** Settings first. */
  readonly files: readonly RemoteFile[];
  /** The form of the weights; absent if one file is taken by its name. */
  readonly form?: Form;
  /** The file that holds the weights, the index of their shards, or `onnx/`. */
  readonly weights: string;
  /** The forms that are left out, with the same of each. */
  readonly others: ReadonlyMap<Form, string>;
}

export interface ModelChoice {
  /** @default {the first of safetensors, bin, open_clip, onnx} */
  readonly form?: Form | undefined;
  /** The suffix of the graphs in `onnx/text_model{SUFFIX}.onnx`; takes this form. */
  readonly suffix?: string | undefined;
  /** Whether only one graph of the whole model will do. @default {false} */
  readonly whole?: boolean | undefined;
}

interface ModelFilesOptions extends ModelChoice {
  readonly repository: string;
  readonly read: ReadFile;
}

export async function modelFiles(
  files: readonly RemoteFile[],
  options: ModelFilesOptions,
): Promise<ChosenFiles> {
  const { repository, suffix, whole, read } = options;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const paths = new Set(byPath.keys());
  const forms = formsOf(paths, { huggingFace: await isHuggingFace(byPath, options) });
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
  const first = byPath.get(weights)!;
  const shards = weights.endsWith(".index.json")
    ? await shardsOf(first, { byPath, repository, read })
    : [];
  return { files: [...settings, first, ...shards], form, weights, others };
}

/** Whether config.json is Hugging Face's: timm's, which lies beside open_clip's, names no type of model. */
async function isHuggingFace(
  byPath: ReadonlyMap<string, RemoteFile>,
  options: ModelFilesOptions,
): Promise<boolean> {
  const config = byPath.get("config.json");
  if (config === undefined || !byPath.has("open_clip_config.json")) return true;
  const settings = await readJson(config, options);
  return isObject(settings) && "model_type" in settings;
}

function settingsOf(
  byPath: ReadonlyMap<string, RemoteFile>,
  { form, weights, repository }: {
    readonly form: Form;
    readonly weights: string;
    readonly repository: string;
  },
): RemoteFile[] {
  const lacks = (what: string) =>
    new NegscopeError("hub-files-missing", {
      problem: `Cannot download "${repository}"`,
      reason: `it has no ${what}`,
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
    return new NegscopeError("hub-files-missing", {
      problem: `Cannot download "${repository}"`,
      reason: "it has no weights that can be read",
      expected: READABLE,
      fix: "choose another repository",
    });
  }
  const shown = loose.slice(0, 10).map(({ path, size }) => `${path} (${sizeText(size)})`);
  const more = loose.length > shown.length ? ` and ${loose.length - shown.length} more` : "";
  return new NegscopeError("hub-files-missing", {
    problem: `Cannot download "${repository}"`,
    reason: `its weights have no settings beside them: ${shown.join(", ")}${more}`,
    expected: READABLE,
    fix: `take one with --file, such as --file ${first.path}, and read it with --weights`,
  });
}

export function oneFile(
  files: readonly RemoteFile[],
  { repository, path }: { readonly repository: string; readonly path: string },
): RemoteFile {
  const leadsOut = path.split(/[/\\]/).some((part) => part === "" || /^\.\.?$/.test(part));
  const file = leadsOut ? undefined : files.find((file) => file.path === path);
  if (file !== undefined) return file;
  const ending = path.toLowerCase().split(/[/\\]/).at(-1)!;
  const same = files.map(({ path }) => path).filter((other) =>
    other.toLowerCase().split("/").at(-1) === ending
  );
  const nearest = same.length > 0
    ? same.slice(0, 3).map((other) => `"${other}"`).join(", ")
    : nearestText(path, files.map(({ path }) => path));
  throw new NegscopeError("hub-files-missing", {
    problem: `Cannot download "${path}" of "${repository}"`,
    reason: files.length === 0
      ? "it has no files"
      : `it has no such file; the nearest are ${nearest}`,
    fix: "give its path in the repository",
  });
}
