import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { ModelForm } from "../../lib/model/forms/model_form.ts";
import {
  configFile,
  preprocessorExport,
  type SettingsFile,
  tokenizerExport,
} from "../../lib/export/settings_files.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { miniFolder } from "../model/forms/mini_folders.ts";

/** A model folder with some of its files replaced; undefined removes one. */
async function withForm(
  form: string,
  files: Readonly<Record<string, unknown>>,
  work: (form: ModelForm) => Promise<void>,
): Promise<void> {
  await inFolder(async (parent) => {
    const folder = await miniFolder(parent, form);
    for (const [name, content] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      if (content === undefined) await Deno.remove(path);
      else {await Deno.writeTextFile(
          path,
          typeof content === "string" ? content : JSON.stringify(content),
        );}
    }
    await work(await ModelForm.find(onDisk(folder)));
  });
}

function jsonOf({ bytes }: SettingsFile): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes));
}

const READ = (path: string) => JSON.parse(Deno.readTextFileSync(fixture(path)));

Deno.test("configFile() writes open_clip's settings with the values that Hugging Face's have", () =>
  withForm("open-clip", {}, async (form) => {
    const { text_config: text, vision_config: vision, ...config } = jsonOf(
      await configFile(form, []),
    );
    const known = READ("weights/mini/config.json");
    const own = (settings: unknown, reference: Record<string, unknown>) =>
      assertEquals(
        settings,
        Object.fromEntries(Object.keys(settings as object).map((key) => [key, reference[key]])),
      );
    own(config, known);
    own(text, known.text_config);
    own(vision, known.vision_config);
    assertEquals(Object.keys(config), ["architectures", "model_type", "projection_dim"]);
    assertEquals([Object.keys(text as object).length, Object.keys(vision as object).length], [
      12,
      11,
    ]);
  }));

Deno.test("tokenizerExport() makes tokenizer.json of vocab.json and merges.txt", () => {
  const { model } = READ("clip-tiny/tokenizer.json");
  const merges = model.merges.map((pair: string | string[]) =>
    typeof pair === "string" ? pair : pair.join(" ")
  );
  const files = {
    "tokenizer.json": undefined,
    "vocab.json": model.vocab,
    "merges.txt": ["#version: 0.2", ...merges, ""].join("\n"),
  };
  return withForm("hf", files, async (form) => {
    const [tokenizer, config] = (await tokenizerExport(form)).map(jsonOf) as [
      { model: { vocab: unknown; merges: readonly string[][] } },
      unknown,
    ];
    assertEquals(tokenizer.model.vocab, model.vocab);
    assertEquals(tokenizer.model.merges.map((pair) => pair.join(" ")), merges);
    assertEquals(config, {
      tokenizer_class: "CLIPTokenizer",
      model_max_length: 24,
      bos_token: "<|startoftext|>",
      eos_token: "<|endoftext|>",
      unk_token: "<|endoftext|>",
      pad_token: "<|endoftext|>",
    });
  });
});

Deno.test("tokenizerExport() copies files that say everything, and completes those that do not", async () => {
  const whole =
    `{"tokenizer_class": "CLIPTokenizer", "model_max_length": 24, "bos_token": "<|startoftext|>",
    "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "!", "x": 1.0}`;
  await withForm("hf", { "tokenizer_config.json": whole }, async (form) => {
    const [tokenizer, config] = await tokenizerExport(form);
    assertEquals(tokenizer!.bytes, await Deno.readFile(`${form.folder}/tokenizer.json`));
    assertEquals(new TextDecoder().decode(config!.bytes), whole);
  });
  for (const longest of ["1000000000000000019884624838656", "16"]) {
    const part = `{"pad_token": "!", "model_max_length": ${longest}, "x": 1.0}`;
    await withForm("hf", { "tokenizer_config.json": part }, async (form) => {
      const config = (await tokenizerExport(form))[1]!;
      assertEquals(jsonOf(config)["model_max_length"], 24); // where this kit and transformers.js cut
      assertEquals(jsonOf(config)["pad_token"], "!");
      assertEquals(new TextDecoder().decode(config.bytes).includes('"x": 1.0'), true);
    });
  }
  const other =
    `{"tokenizer_class": "SiglipTokenizer", "model_max_length": 24, "eos_token": "</s>"}`;
  await withForm("hf", { "tokenizer_config.json": other }, async (form) => {
    assertEquals(new TextDecoder().decode((await tokenizerExport(form))[1]!.bytes), other);
  });
});

/** SigLIP's settings without what names a class; a tokeniser of the given kind. */
async function siglipFiles(tokenizer: string): Promise<Readonly<Record<string, unknown>>> {
  const { image_processor_type: _, ...preprocessor } = READ("siglip-tiny/preprocessor_config.json");
  const config = READ("siglip-tiny/config.json");
  return {
    "config.json": { ...config, text_config: { ...config.text_config, vocab_size: 602 } },
    "tokenizer.json": await Deno.readTextFile(fixture(`siglip-tokenizers/${tokenizer}.json`)),
    "preprocessor_config.json": preprocessor,
  };
}

for (
  const [tokenizer, expected] of [
    ["unigram", { tokenizer_class: "SiglipTokenizer", eos_token: "</s>", pad_token: "</s>" }],
    ["pairs", { tokenizer_class: "Siglip2Tokenizer", eos_token: "<eos>", pad_token: "<pad>" }],
  ] as const
) {
  Deno.test(`tokenizerExport() and preprocessorExport() name the classes of SigLIP, ${tokenizer}`, async () => {
    const files = await siglipFiles(tokenizer);
    await withForm("hf", files, async (form) => {
      const [, config] = await tokenizerExport(form);
      assertEquals(jsonOf(config!), { ...expected, unk_token: "<unk>", model_max_length: 16 });
      assertEquals(jsonOf(await preprocessorExport(form)), {
        ...files["preprocessor_config.json"] as object,
        image_processor_type: "SiglipImageProcessor",
      });
    });
  });
}

Deno.test("preprocessorExport() crops SigLIP's images only if its settings say so", async () => {
  const files = await siglipFiles("unigram");
  const size = { height: 31, width: 31 };
  const cropOf = async (settings: Readonly<Record<string, unknown>>) => {
    const found: unknown[] = [];
    await withForm("hf", { ...files, "preprocessor_config.json": settings }, async (form) => {
      const { do_center_crop, crop_size } = jsonOf(await preprocessorExport(form));
      found.push(do_center_crop, crop_size);
    });
    return found;
  };
  assertEquals(await cropOf({ size }), [undefined, undefined]); // which both libraries read as no
  assertEquals(await cropOf({ size, do_center_crop: false, crop_size: 9 }), [false, 9]);
  const crop = { size: { shortest_edge: 40 }, do_center_crop: true, crop_size: size };
  assertEquals(await cropOf(crop), [true, size]);
  assertEquals(await cropOf({ ...crop, crop_size: 31 }), [true, size]);
});

Deno.test("preprocessorExport() takes the object of processor_config.json", () => {
  const settings = READ("weights/mini/preprocessor_config.json");
  const files = {
    "preprocessor_config.json": undefined,
    "processor_config.json": { image_processor: settings, processor_class: "CLIPProcessor" },
  };
  return withForm("hf", files, async (form) => {
    assertEquals(jsonOf(await preprocessorExport(form)), settings);
  });
});

for (
  const [form, files] of [
    ["open-clip", {}],
    ["hf", { "preprocessor_config.json": { size: 20, crop_size: 20 } }], // transformers.js would take 20 for the longest edge
  ] as const
) {
  Deno.test(`preprocessorExport() writes all that transformers.js needs, ${form}`, () =>
    withForm(form, files, async (form) => {
      const { do_convert_rgb: _, ...settings } = READ("weights/mini/preprocessor_config.json"); // transformers.js always does
      assertEquals(jsonOf(await preprocessorExport(form)), {
        ...settings,
        rescale_factor: 1 / 255,
        ...(form.settings.library === "open_clip" && { crop_rounding: "half_even" }),
      });
    }));
}
