/** Commands that must fail, and the broken models and images that they read. */

import { assertEquals } from "@std/assert";
import { runHere } from "./task_here.ts";
import { fixture, namesIn, TINY } from "./task_process.ts";

/** A command that must fail: its task, its flags, and how the one line on stderr begins; `--out` with a separate folder is added if the task has it and the flags do not name one. */
export type Failure = readonly [task: string, flags: readonly string[], says: string];

const WITHOUT_OUT = ["inspect", "bench", "explore", "cards", "shapes", "notebooks"];
const AT_ONCE = 4;

/** Runs commands, by default in this process, and checks each one's output and files, and whether it tells of wrong usage instead of wrong input. */
export async function fail(
  folder: string,
  failures: readonly Failure[],
  { run = runHere, usage = false }: { readonly run?: typeof runHere; readonly usage?: boolean } =
    {},
): Promise<void> {
  const waiting = failures.entries();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const [i, [task, flags, says]] of waiting) {
      const out = `${folder}/out-${i}`;
      const hasOut = WITHOUT_OUT.includes(task) || flags.some((flag) => flag.startsWith("--out"));
      const { code, stdout, stderr } = await run(task, hasOut ? flags : [...flags, "--out", out]);
      const [said, ...rest] = stderr.split("\n");
      assertEquals(said!.slice(0, says.length), says);
      assertEquals(rest, usage ? [`See: deno task ${task} --help`, ""] : [""]);
      assertEquals([code, stdout], [usage ? 2 : 1, ""], says);
      assertEquals(namesIn(out), [], says);
    }
  }));
}

export function tinyBut(flag: "--model" | "--data" | "--images", value: string): string[] {
  return TINY.map((part, i) => TINY[i - 1] === flag ? value : part);
}

const MODEL_FILES = ["config.json", "tokenizer.json", "preprocessor_config.json"];

/** A copy of the committed model with one file replaced or missing. */
export async function brokenModel(
  folder: string,
  { file, content }: { readonly file: string; readonly content?: string | Uint8Array },
): Promise<string> {
  const model = `${folder}/model-${crypto.randomUUID()}`;
  await Deno.mkdir(`${model}/onnx`, { recursive: true });
  for (const name of [...MODEL_FILES, "onnx/text_model.onnx", "onnx/vision_model.onnx"]) {
    if (name !== file) await Deno.symlink(`${fixture("clip-tiny")}/${name}`, `${model}/${name}`);
  }
  if (typeof content === "string") await Deno.writeTextFile(`${model}/${file}`, content);
  else if (content !== undefined) await Deno.writeFile(`${model}/${file}`, content);
  return model;
}

/** A copy of the committed images with one image replaced or missing. */
export async function brokenImages(
  folder: string,
  { file, content }: { readonly file: string; readonly content?: Uint8Array },
): Promise<string> {
  const images = `${folder}/images-${crypto.randomUUID()}`;
  await Deno.mkdir(images);
  for (const name of namesIn(fixture("images"))) {
    if (name !== file) await Deno.copyFile(fixture(`images/${name}`), `${images}/${name}`);
  }
  if (content !== undefined) await Deno.writeFile(`${images}/${file}`, content);
  return images;
}
