import { parseClipConfig } from "../parsed_settings.ts";
import { assert, assertEquals } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { loadClipConfig, readSettings } from "../../../lib/model/forms/settings.ts";
import { ModelForm } from "../../../lib/model/forms/model_form.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { miniFolder } from "./mini_folders.ts";
import { assertEachThrows, assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";

/** A folder of open_clip whose images are normalised in another way than OpenAI's. */
async function openClipFolder(parent: string): Promise<string> {
  const folder = await miniFolder(parent, "open-clip");
  const path = `${folder}/open_clip_config.json`;
  const settings = JSON.parse(Deno.readTextFileSync(path));
  settings.preprocess_cfg = { mean: [0.1, 0.2, 0.3], std: 0.5 };
  Deno.writeTextFileSync(path, JSON.stringify(settings));
  return folder;
}

Deno.test("readSettings() does not take timm's config.json for that of transformers", () =>
  inFolder(async (parent) => {
    const folder = await openClipFolder(parent);
    const timm = { architecture: "vit_base_patch32_clip_224", num_classes: 0, pretrained_cfg: {} };
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(timm));
    const { library, file, config } = await readSettings(onDisk(folder));
    assertEquals([library, file], ["open_clip", `${folder}/open_clip_config.json`]);
    const own = await readSettings(onDisk(await miniFolder(parent, "hf")));
    assertEquals(config.text.width, own.config.text.width);
  }));

Deno.test("readSettings() prefers the config.json of transformers to open_clip's settings", () =>
  inFolder(async (parent) => {
    const folder = await openClipFolder(parent);
    const own = await miniFolder(parent, "hf");
    await Deno.copyFile(`${own}/config.json`, `${folder}/config.json`);
    const { settings, folder: place } = await ModelForm.find(onDisk(folder));
    assertEquals([settings.library, place], ["transformers", folder]);
    assert(settings.file.endsWith("/config.json"));
  }));

function parse(settings: Record<string, unknown>) {
  return parseClipConfig(JSON.stringify({ model_type: "clip", ...settings }), "m/config.json");
}

Deno.test("readSizes() fills absent settings as CLIPConfig of transformers does", () => {
  const { projection, text, vision } = parse({ text_config: null });
  assertEquals(projection, 512);
  assertEquals([text.layers, text.heads, text.width, text.headWidth], [12, 8, 512, 64]);
  assertEquals([text.vocabSize, text.maxPositions, text.eosTokenId], [49408, 77, 49407]);
  assertEquals([vision.layers, vision.heads, vision.width, vision.headWidth], [12, 12, 768, 64]);
  assertEquals([vision.imageSize, vision.patchSize, vision.channels], [224, 32, 3]);
  assertEquals([text.hiddenAct, vision.hiddenAct], ["quick_gelu", "quick_gelu"]);
});

Deno.test("readSizes() lets text_config_dict and its defaults override text_config", () => {
  // CLIPConfig(text_config={"hidden_size": 64, "vocab_size": 99, ...}, text_config_dict={"hidden_size": 768, ...}).text_config
  const { text } = parse({
    text_config: { hidden_size: 64, vocab_size: 99, num_attention_heads: 4 },
    text_config_dict: { hidden_size: 768, num_attention_heads: 12 },
  });
  assertEquals([text.width, text.heads, text.vocabSize], [768, 12, 49408]);
  assertEquals(parse({ text_config: { hidden_size: 64 }, text_config_dict: null }).text.width, 64);
});

Deno.test("readSizes() names file, key, value and what was expected", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ text_config: { num_hidden_layers: 0 } }, '"m/config.json": "text_config.num_hidden_layers"'],
    [
      { vision_config: { hidden_size: 50, num_attention_heads: 4 } },
      '"vision_config.hidden_size" must be a multiple of num_attention_heads, 4, but it is 50',
    ],
    [{ text_config: { num_attention_heads: 7 } }, "num_attention_heads, 7, but it is 512"],
    [{ projection_dim: 1.5 }, '"projection_dim" must be a whole number of at least 1'],
    [{ text_config: { eos_token_id: 50000 } }, "below vocab_size, 49408, but it is 50000"],
    [{ vision_config: { num_channels: 1 } }, "must be 3 (red, green, blue), but it is 1"],
    [{ vision_config: { patch_size: 300 } }, "at most image_size, 224, but it is 300"],
  ];
  for (const [settings, message] of cases) {
    assertThrowsCode(() => parse(settings), "setting-wrong", message);
  }
});

Deno.test("readSizes() refuses other models by name", () => {
  assertEachThrows("model-unsupported", [
    [
      () => parse({ model_type: "siglip2" }),
      '"model_type" must be "clip" or "siglip", but it is "siglip2"; use a SigLIP 2 model of one resolution',
    ],
    [() => parseClipConfig("{}", "config.json"), "but it is missing"],
  ]);
});

Deno.test("loadClipConfig() says what is missing or broken", async () => {
  const load = () => loadClipConfig(onDisk("no/such/folder"));
  const says = '"config.json" or "open_clip_config.json" in model folder "no/such/folder"';
  await assertRejectsCode(load, "model-file-missing", says);
  assertEachThrows("file-malformed", [
    [() => parseClipConfig("{", "config.json"), '"config.json" as JSON'],
    [() => parseClipConfig("[1]", "config.json"), "a JSON object, but it is"],
  ]);
});
