/** The settings and the tokeniser of an exported model, in the form that transformers and transformers.js read. */

import type { FileAt } from "../reading/files.ts";
import { MOST_BYTES, onDisk, readBytes, readText } from "../files/read_file.ts";
import { dirname } from "node:path";
import { type ModelJson, readBeginning, readModelJsonIfAny } from "../model/model_json.ts";
import { OBJECT as IMAGE_PROCESSOR, WHOLE_FILE } from "../model/image/preprocess_config.ts";
import { withPositions } from "../model/forms/settings.ts";
import type { ModelForm } from "../model/forms/model_form.ts";
import { tokenizerSettings } from "../model/text/load_tokenizer.ts";
import { FAST, tokenizerFiles } from "../model/text/sentence_tokenizer.ts";
import { isGzip } from "../model/text/clip_tokenizer.ts";

const CONFIG = "config.json"; // model's settings; a folder that has them is complete
const TOKENIZER_CONFIG = "tokenizer_config.json";
const PREPROCESSOR = "preprocessor_config.json";
/** What transformers.js reads of config.json besides what transformers does. */
const BROWSER = "transformers.js_config";
const BICUBIC = 3; // Pillow's number

/** The settings of an exported model. Those of Hugging Face are copied; those of open_clip are written with Hugging Face's keys. */
export async function configFile(
  { settings: { json, library, file, config, positions } }: ModelForm,
  beside: readonly string[],
): Promise<SettingsFile> {
  const isOwn = library === "transformers";
  if (isOwn && beside.length === 0 && positions === undefined) return await copied(CONFIG, file);
  const values = isOwn
    ? withPositions(await spelledIn(file), positions)
    : withDefaults(json, config.text.eosTokenId!);
  if (beside.length === 0) return written(CONFIG, values);
  const places = Object.fromEntries(beside.map((name) => [name, true]));
  const known = values[BROWSER] as Readonly<Record<string, unknown>> | undefined;
  return written(CONFIG, { ...values, [BROWSER]: { ...known, use_external_data_format: places } });
}

/** What transformers would take from its defaults, which are those of ViT-B/32. */
function withDefaults(json: ModelJson, eosTokenId: number): Readonly<Record<string, unknown>> {
  const projection = { projection_dim: json.get("projection_dim") };
  const [text, vision] = ["text_config", "vision_config"].map((key) => json.object(key));
  return {
    architectures: ["CLIPModel"],
    ...json.entries(),
    text_config: {
      model_type: "clip_text_model",
      ...text?.entries(),
      ...projection,
      bos_token_id: eosTokenId - 1,
    },
    ...(vision && {
      vision_config: { model_type: "clip_vision_model", ...vision.entries(), ...projection },
    }),
  };
}

/** tokenizer.json as it is, or what older files stand for; and tokenizer_config.json with the tokeniser's class and special tokens. */
export async function tokenizerExport(
  { tokenizerPlace, settings: { family, config: { text } } }: ModelForm,
): Promise<SettingsFile[]> {
  const usual = family.write.tokenizer(await family.tokenizer(tokenizerPlace, text));
  const files = (await tokenizerFiles(tokenizerPlace)).map(onDisk);
  const [{ path: first }] = files as [FileAt];
  const isFast = files.length === 1 && !isGzip(await readBeginning(onDisk(first)));
  const folder = dirname(first);
  const settings = await readModelJsonIfAny(onDisk(folder), TOKENIZER_CONFIG);
  const kind = String(settings?.get("tokenizer_class") ?? usual.tokenizer_class);
  const isUsual = kind.startsWith(usual.tokenizer_class); // or its variant "Fast"
  const stated = ([key, value]: [string, string]) => [key, settings?.get(key) ?? value] as const;
  const values = {
    ...(isUsual ? Object.fromEntries(Object.entries(usual).map(stated)) : {}),
    model_max_length: text.maxPositions, // where readers cut, and up to which they may pad
  };
  return [
    isFast
      ? await copied(FAST, first)
      : written(FAST, (await tokenizerSettings(files, text)).entries()),
    await settled(TOKENIZER_CONFIG, values, {
      settings,
      file: settings && `${folder}/${TOKENIZER_CONFIG}`,
    }),
  ];
}

/** preprocessor_config.json, with what it leaves out, since transformers.js has no defaults. */
export async function preprocessorExport(form: ModelForm): Promise<SettingsFile> {
  const { library, family, preprocessing } = form.settings;
  const { settings, file, object, config } = await preprocessing(form.vision);
  const { resize, crop, rescaleFactor, mean, std } = config;
  const stated = (key: string, standard: unknown) => [key, settings.get(key) ?? standard] as const;
  const inForm = (key: string, size: Readonly<Record<string, number>>) =>
    typeof settings.get(key) === "object" ? stated(key, size) : [key, size] as const;
  const values = Object.fromEntries([
    ...(settings.get("feature_extractor_type") === undefined
      ? [stated("image_processor_type", family.write.imageProcessor)]
      : []),
    stated("do_resize", true),
    ...(resize
      ? [
        inForm(
          "size",
          "shortestEdge" in resize ? { shortest_edge: resize.shortestEdge } : { ...resize },
        ),
        stated("resample", BICUBIC),
      ]
      : []),
    ...(crop ? [stated("do_center_crop", true), inForm("crop_size", { ...crop })] : []),
    ...[stated("do_rescale", true), stated("rescale_factor", rescaleFactor)],
    ...[stated("do_normalize", true), stated("image_mean", mean), stated("image_std", std)],
  ]);
  const isOwn = library === "transformers"; // else open_clip's file stands for it
  return await settled(PREPROCESSOR, values, { settings, file: isOwn ? file : undefined, object });
}

/** Finds files in the folder of an export that would be read instead of the exported preprocessor_config.json. */
export async function foreignPreprocessors(out: string): Promise<string[]> {
  const settings = await readModelJsonIfAny(onDisk(out), WHOLE_FILE);
  return settings?.object(IMAGE_PROCESSOR) === undefined ? [] : [WHOLE_FILE];
}

export interface SettingsFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function copied(name: string, path: string): Promise<SettingsFile> {
  return { name, bytes: await readBytes(path, MOST_BYTES.settings) };
}

function written(name: string, values: Readonly<Record<string, unknown>>): SettingsFile {
  return { name, bytes: new TextEncoder().encode(`${JSON.stringify(values, null, 2)}\n`) };
}

/** A settings file as readers of the export need it: the one that there is, if it says all of that. */
async function settled(
  name: string,
  values: Readonly<Record<string, unknown>>,
  { settings, file, object }: {
    readonly settings: ModelJson | undefined;
    readonly file: string | undefined;
    readonly object?: string | undefined;
  },
): Promise<SettingsFile> {
  const changed = Object.entries(values).filter(([key, value]) => settings?.get(key) !== value);
  const isWhole = file !== undefined && object === undefined;
  if (isWhole && changed.length === 0) return await copied(name, file);
  const all = file === undefined ? settings?.entries() : await spelledIn(file);
  const found = object === undefined ? all : all![object] as Readonly<Record<string, unknown>>;
  return written(name, { ...found, ...Object.fromEntries(changed) });
}

/** What `JSON` can do that its types lack (ECMAScript 2026). */
interface SpellingJson {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { readonly source: string }) => unknown,
  ): Readonly<Record<string, unknown>>;
  rawJSON(text: string): unknown;
}

const { parse, rawJSON } = JSON as unknown as SpellingJson;

/** Reads the keys and values of a file that `JSON.stringify` can write again with the same numbers. */
async function spelledIn(path: string): Promise<Readonly<Record<string, unknown>>> {
  return parse(
    await readText(path, MOST_BYTES.settings),
    (_, value, { source }) => typeof value === "number" ? rawJSON(source) : value,
  );
}
