import { onDisk } from "../../../lib/files/read_file.ts";
import { assert, assertEquals } from "@std/assert";
import { readSettings } from "../../../lib/model/forms/settings.ts";
import { ModelForm } from "../../../lib/model/forms/model_form.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { miniFolder } from "./mini_folders.ts";

/** A folder of open_clip whose images are normalised in another way than OpenAI's. */
async function openClipFolder(parent: string): Promise<string> {
  const folder = await miniFolder(parent, "open-clip");
  const path = `${folder}/open_clip_config.json`;
  const settings = JSON.parse(Deno.readTextFileSync(path));
  settings.preprocess_cfg = { mean: [0.1, 0.2, 0.3], std: 0.5 };
  Deno.writeTextFileSync(path, JSON.stringify(settings));
  return folder;
}

Deno.test("readSettings() takes mean and standard deviation of images from open_clip's settings", () =>
  inFolder(async (parent) => {
    const { preprocessing, config } = await readSettings(onDisk(await openClipFolder(parent)));
    const { config: { mean, std } } = await preprocessing(config.vision!);
    assertEquals([mean, std], [[0.1, 0.2, 0.3], [0.5, 0.5, 0.5]]);
  }));

Deno.test("readSettings() does not take timm's config.json for that of transformers", () =>
  inFolder(async (parent) => {
    const folder = await openClipFolder(parent);
    const timm = { architecture: "vit_base_patch32_clip_224", num_classes: 0, pretrained_cfg: {} };
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(timm));
    const { library, file, config } = await readSettings(onDisk(folder));
    assertEquals([library, file], ["open_clip", `${folder}/open_clip_config.json`]);
    assertEquals(
      config.text.width,
      (await readSettings(onDisk(await own(parent)))).config.text.width,
    );
  }));

/** The same model with the settings of transformers. */
async function own(parent: string): Promise<string> {
  return await miniFolder(parent, "hf");
}

Deno.test("readSettings() prefers the config.json of transformers to open_clip's settings", () =>
  inFolder(async (parent) => {
    const folder = await openClipFolder(parent);
    await Deno.copyFile(`${await own(parent)}/config.json`, `${folder}/config.json`);
    const { settings, folder: place } = await ModelForm.find(onDisk(folder));
    assertEquals([settings.library, place], ["transformers", folder]);
    assert(settings.file.endsWith("/config.json"));
  }));
