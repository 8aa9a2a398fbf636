/** The committed planted models are what their recipe makes. */

import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { plantedFiles } from "../../data/planted/recipe/files.ts";
import { ROWS } from "../../data/planted/recipe/rows.ts";
import { safetensors } from "../../data/planted/recipe/safetensors.ts";
import { SPECIAL, VOCABULARY } from "../../data/planted/recipe/tokenizer.ts";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { readNumbers } from "../../lib/checkpoint/stored_array.ts";
import { kitModel } from "../../lib/opening/find_model.ts";
import { loadTokenizer } from "../../lib/model/text/clip_tokenizer.ts";
import { inFolder } from "../scripts/task_process.ts";
import { pathOf } from "../studies.ts";

const FOLDER = pathOf("../data/planted");

Deno.test("data/planted has the files that its recipe makes, byte for byte, and no others", async () => {
  const files = plantedFiles();
  const isMade = (path: string) => path !== "README.md" && !path.startsWith("recipe/");
  assertEquals((await filesIn(FOLDER)).filter(isMade).sort(), [...files.keys()].sort());
  for (const [path, content] of files) {
    const made = typeof content === "string" ? new TextEncoder().encode(content) : content;
    assertEquals(await Deno.readFile(`${FOLDER}/${path}`), made, path);
  }
});

Deno.test("safetensors() keeps every value, of half precision where that is exact", () =>
  inFolder(async (folder) => {
    const weights = {
      exact: { shape: [2, 2], data: Float32Array.of(1, -0.5, 0, 40) },
      inexact: { shape: [3], data: Float32Array.of(0.1, 1, -1) },
      scale: { shape: [], data: Float32Array.of(65536) },
    };
    const path = `${folder}/model.safetensors`;
    await Deno.writeFile(path, safetensors(new Map(Object.entries(weights))));
    const { arrays } = openCheckpoint(onDisk(path));
    const found = [...arrays].map(([name, array]) => [name, array.type, [...readNumbers(array)]]);
    assertEquals(found.sort(), [
      ["exact", "F16", [1, -0.5, 0, 40]],
      ["inexact", "F32", [Math.fround(0.1), 1, -1]],
      ["scale", "F32", [65536]],
    ]);
  }));

Deno.test("the planted tokeniser gives subjects of one, two and three tokens, and knows the tokens with features", async () => {
  const sizes = { vocabSize: VOCABULARY, maxPositions: 24, eosTokenId: SPECIAL.end };
  const tokenizer = await loadTokenizer(onDisk(kitModel("planted/relay")!.folder), sizes);
  const tokens = [tokenizer.bosTokenId, tokenizer.encode("no")[1], tokenizer.encode(".")[1]];
  assertEquals(tokens, [SPECIAL.start, SPECIAL.negator, SPECIAL.full_stops[1]]);
  assertEquals(["a", "some"].map((word) => tokenizer.encode(word)[1]!), [...SPECIAL.determiners]);
  const subjects = ROWS.slice(0, 24).map(({ id }) => id.split("-")[0]!);
  assertEquals(subjects.map((subject) => tokenizer.tokens(subject).slice(1, -1).join(" ")), [
    ...[
      ...["dog", "cat", "boat", "tree", "bird", "ship", "horse", "lamp", "cup", "book", "hat"],
      "ball",
    ],
    ...["people", "dog s", "boat s", "ki te s", "bird s", "ship s", "horse s", "lamp s", "cup s"],
    ...["book s", "hat s", "ball s"],
  ]);
  const letters = "bcfhjmquvwxyz0123456789,-!?".split("");
  for (const letter of letters) assertEquals(tokenizer.encode(letter).length, 3, letter);
});

/** The paths of all files in a folder, from there. */
async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const inner = isDirectory ? await filesIn(`${folder}/${name}`) : [""];
    paths.push(...inner.map((path) => path === "" ? name : `${name}/${path}`));
  }
  return paths;
}
