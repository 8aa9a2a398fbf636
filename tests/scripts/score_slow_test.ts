import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { readCsvLines } from "../../lib/tables/csv.ts";
import { TINY } from "../studies.ts";
import { writeTensors } from "../opening/embedding_files.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, runTask } from "./task_process.ts";

const MODEL = ["--model", fixture("clip-tiny")];
const [PHOTO, GREY] = [fixture("images/photo.jpg"), fixture("images/grey.png")];
const SENTENCES = ["There is a boat.", "There is no boat."];

Deno.test("score prints S of each sentence for each picture, d, and what they mean", async () => {
  const [run, embedded] = await Promise.all([
    runTask("score", [...MODEL, "--image", PHOTO, "--image", GREY, ...SENTENCES]),
    runHere("score", ["--image", PHOTO, "There is a circle."]),
  ]);
  assertEquals([run.code, run.stderr], [0, ""]);
  assertEquals(run.stdout.match(/^ {2} +-?\d+\.\d{3} {2}There is (a|no) boat\.$/gm)?.length, 4);
  for (const picture of [PHOTO, GREY]) {
    const said = `For ${picture}, clip-tiny prefers "There is `;
    assertStringIncludes(run.stdout.replaceAll(/\s+/g, " "), said);
    assertStringIncludes(run.stdout, `\n${picture}\n`);
  }
  assertStringIncludes(run.stdout, "The number before a sentence is S, 100 x cosine, of");
  assertStringIncludes(embedded.stdout, "The embedded model knows only drawings of shapes");
});

Deno.test("score says that an edit changes none of the sentences", () =>
  inFolder(async (folder) => {
    const edit = `${folder}/edit.json`;
    await Deno.writeTextFile(edit, '{"kind": "merge", "name": "m", "strength": 1}');
    for (const [sentence, says] of [["There is nothing.", true], ["There is no boat.", false]]) {
      const flags = [...MODEL, "--edit", edit, "--image", PHOTO, "There is a boat.", `${sentence}`];
      const { stdout } = await runHere("score", flags);
      const note = "The edit changes none of these sentences\n";
      assertEquals(stdout.includes(note), says, stdout);
    }
  }));

Deno.test("score --image-embeddings prints what it prints for the pictures, and names an embedding that is missing", () =>
  inFolder(async (folder) => {
    const file = `${folder}/images.safetensors`;
    await using clip = await Clip.load(TINY.model, { threads: 1 });
    const pixels = await clip.image.pixels(await Deno.readFile(PHOTO), "photo");
    const own = await clip.image.run([pixels]);
    await writeTensors(file, new Map([[PHOTO, own.data]]));
    const flags = [...MODEL, "--threads", "1", "--image", PHOTO, ...SENTENCES];
    const [seen, given, missing] = await Promise.all([
      runHere("score", flags),
      runHere("score", [...flags, "--image-embeddings", file]),
      runHere("score", [...flags, "--image-embeddings", file, "--image", "other.jpg"]),
    ]);
    const graph = (tower: string) => `onnx/${tower}_model.onnx (activation as exported)`;
    const image = `image tower:\n  ${graph("vision")}\n`;
    assertStringIncludes(seen.stdout, `\nText tower: ${graph("text")}; ${image}`);
    const from = " image tower:\n  embeddings in images.safetensors\n";
    assertEquals([given.code, given.stdout], [0, seen.stdout.replace(` ${image}`, from)]);
    const said = `Cannot find the embedding of image "other.jpg" in "${file}": it is not among`;
    assertStringIncludes(missing.stderr, said);
  }));

Deno.test("score --explain writes what d rests on with a picture, and what is shown beside it", () =>
  inFolder(async (folder) => {
    const drawing = new URL("../../data/shapes/images/shapes_0003.png", import.meta.url).pathname;
    const out = `${folder}/out`;
    const flags = ["--explain", "--image", drawing, "--threads", "1", "--out", out];
    const sentences = ["There are no triangles.", "There are triangles."];
    const { code, stdout, stderr } = await runHere("score", [...flags, ...sentences]);
    assertEquals([code, stderr], [0, ""]);
    const [head, ...rows] = readCsvLines(await Deno.readTextFile(`${out}/saliency.csv`));
    assertEquals(head, ["of", "row", "column", "word", "effect"]);
    assertEquals(rows.map(([of, , , word]) => [of, word]), [
      ...["There", "are", "no", "triangles"].map((word) => ["sentence 1", word]),
      ...["There", "are", "triangles"].map((word) => ["sentence 2", word]),
      ...Array.from({ length: 16 }, () => ["picture", ""]),
    ]);
    assertStringIncludes(stdout, 'shapes prefers "There are triangles.": d, its S minus');
    assertStringIncludes(stdout, "The embedded model knows only drawings of shapes");
    assertStringIncludes(
      stdout,
      "Largest effects: what d loses without a part; below 0, what it gains\n",
    );
    assertMatch(stdout, /The map of the squares is faithful: 0 of 20 random draws/);
    assert(stdout.split("\n").length <= 31, stdout); // the path of the report and a line feed besides a screen
    const svg = await Deno.readTextFile(`${out}/saliency.svg`);
    assertEquals(svg.match(/<image [^>]*href="data:image\/png;base64,/g)?.length, 1);
    assertStringIncludes(svg, "Black frames: the squares with the largest effects");
    assertStringIncludes(svg, "d lost when removed");
    const isSlanted = (label: string) => new RegExp(`rotate\\(315\\)[^>]*>${label}<`).test(svg);
    assertEquals(["4 triangles", "4"].map(isSlanted), [true, false]);
    assertEquals(svg.match(/stroke="black"/g)?.length, 3, "a frame for each named square");
    const again = await runHere("score", [...flags, ...sentences]);
    assertStringIncludes(again.stdout, "This run is finished already");
    const other = await runHere("score", [...flags, "There is a dog."]);
    assertStringIncludes(other.stderr, "its --explain is");
  }));

Deno.test("score refuses what it cannot score, and explains itself", async () => {
  const [photo, explain] = [["--image", PHOTO], ["--explain", "--image", PHOTO]];
  const failures: readonly [readonly string[], number, string][] = [
    [["--image", "nowhere.jpg", "a"], 1, 'Cannot find image "nowhere.jpg" in folder ".": there'],
    [[...photo, "very ".repeat(40)], 1, "it has 122 tokens with start and end"],
    [["a"], 2, "Cannot run without --image: expected --image FILE"],
    [[...photo, " "], 2, 'Cannot use sentence " ": expected a text that is not empty'],
    [[...explain, "--image-embeddings", "e.npy", "a"], 2, "--explain with --image-embeddings: exp"],
    [[...explain, "a", "b", "c"], 2, "Cannot explain 3 sentences: expected one picture, and"],
    [
      [...explain, "--image", GREY, "a"],
      2,
      "Cannot explain 2 pictures: expected one picture",
    ],
    [[...explain, "a", "a"], 2, 'Cannot compare sentence "a" with itself: expected one'],
    [photo, 2, "Cannot run without SENTENCE…: expected at least one, as in: deno task"],
  ];
  await Promise.all(failures.map(async ([flags, code, message]) => {
    const run = await runHere("score", [...MODEL, ...flags]);
    assertEquals([run.code, run.stdout], [code, ""], message);
    assertStringIncludes(run.stderr, message);
  }));
  const help = await runHere("score", ["--help"]);
  assertStringIncludes(help.stdout, '\n  deno task score --image photo.jpg "There is a dog."');
});
