import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { ModelForm } from "../../lib/model/forms/model_form.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

const TINY = fixture("clip-tiny");

Deno.test("load() reads a folder that transformers 5 has written", async () => {
  const json = async (name: string) => JSON.parse(await Deno.readTextFile(`${TINY}/${name}`));
  const own = await json("preprocessor_config.json");
  const image_processor = { ...own, image_processor_type: "CLIPImageProcessor" };
  const tokenizer = await json("tokenizer.json");
  const [split] = tokenizer.pre_tokenizer.pretokenizers;
  split.pattern.Regex = `<\\|startoftext\\|>|<\\|endoftext\\|>|${split.pattern.Regex}`;
  const config = await json("config.json");
  const files = {
    "config.json": { ...config, dtype: "float32", transformers_version: "5.24.0" },
    "processor_config.json": { image_processor, processor_class: "CLIPProcessor" },
    "tokenizer.json": tokenizer,
  };
  const texts = Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)]);
  const sentences = ["There is no boat.", "Dogs <|endoftext|> or 2 cats?"];
  const photo = await Deno.readFile(`${TINY}/../images/photo.jpg`);
  const embeddings = async ({ text, image }: Clip) => [
    await text.run(sentences),
    await image.run([await image.pixels(photo, "photo.jpg")]),
  ];
  await inFolder(async (folder) => {
    for (const [name, text] of texts) await Deno.writeTextFile(`${folder}/${name}`, text!);
    await Deno.symlink(`${TINY}/onnx`, `${folder}/onnx`);
    await using older = await Clip.load(TINY);
    await using newer = await Clip.load(folder);
    assertEquals(await embeddings(newer), await embeddings(older));
    assertEquals(newer.files.filter((file) => file.includes("processor")), [
      `${folder}/processor_config.json`,
    ]);
    const names = ["config.json", "processor_config.json", "onnx/vision_model.onnx"];
    const found = await (await ModelForm.find(onDisk(folder))).filesOf("image");
    assertEquals(found, names.map((file) => `${folder}/${file}`));
  });
});
