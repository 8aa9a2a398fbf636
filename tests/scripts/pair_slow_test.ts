/** Two sentences and a picture on the command line, in place of a file of rows. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { SHAPES } from "../../lib/opening/kit_models.ts";
import { Study } from "../../lib/runs/study.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { writeTensors } from "../opening/embedding_files.ts";
import { fail, type Failure } from "./failures.ts";
import { run, runHere } from "./task_here.ts";
import { inFolder, namesIn, recordsIn } from "./task_process.ts";

const [CAPTION, FOIL] = ["There is a heart.", "There is no heart."];
const [NAME, OTHER] = ["shapes_0001.png", "shapes_0003.png"];
const IMAGE = ["--image", `${SHAPES.images}/${NAME}`];
const PAIR = [...IMAGE, CAPTION, FOIL];

Deno.test("two sentences and their picture give the tables of a file with this row", () =>
  inFolder(async (folder) => {
    const row = { id: NAME, image: NAME, negation: "foil", caption: CAPTION, foil: FOIL };
    await Deno.writeTextFile(`${folder}/row.json`, JSON.stringify([row]));
    const data = ["--data", `${folder}/row.json`, "--images", SHAPES.images];
    for (const task of ["trace", "attend", "knockout", "attribute", "paths", "evaluate"]) {
      const own = await run(task, PAIR, `${folder}/${task}`);
      const file = await run(task, data, `${folder}/${task}_file`);
      const tables = namesIn(own).filter((name) => name.endsWith(".csv"));
      assertEquals(tables, namesIn(file).filter((name) => name.endsWith(".csv")));
      for (const name of tables) {
        const texts = [own, file].map((out) => Deno.readTextFileSync(`${out}/${name}`));
        assertEquals(texts[0], texts[1], `${task}: ${name}`);
      }
    }
  }));

Deno.test("a run of a pair is identified by its sentences and picture, wherever the picture is, and can be explored", () =>
  inFolder(async (folder) => {
    const out = await run("trace", PAIR, `${folder}/run`);
    const { options, sources } = JSON.parse(await Deno.readTextFile(`${out}/manifest.json`));
    assertEquals([options.pair, options.image, options.images, sources.data.length], [
      ...[`${CAPTION}\n${FOIL}`, IMAGE[1], undefined, 2],
    ]);
    await Deno.copyFile(IMAGE[1]!, `${folder}/${NAME}`);
    const moved = await runHere("trace", [
      "--image",
      `${folder}/${NAME}`,
      CAPTION,
      FOIL,
      "--out",
      out,
    ]);
    assertStringIncludes(moved.stdout, "finished already");
    assertStringIncludes(moved.stderr, "The embedded model knows only drawings of shapes");
    const other = [...IMAGE, "There is a star.", "There is no star."];
    const refused = await runHere("trace", [...other, "--out", out]);
    assertStringIncludes(
      refused.stderr,
      `its --pair is "${CAPTION}\\n${FOIL}", this run's is "There`,
    );
    await run("trace", [...other, "--overwrite"], out);
    assertEquals((await runHere("explore", [out, "--static", `${folder}/site`])).code, 0);
    const about = await Deno.readTextFile(`${folder}/site/data.json`);
    assertStringIncludes(about, "There is a star.");
  }));

Deno.test("attend needs no picture, several pictures are a row each, and embeddings take their place", () =>
  inFolder(async (folder) => {
    const text = await run("attend", [CAPTION, FOIL], `${folder}/text`);
    const seen = await run("attend", PAIR, `${folder}/seen`);
    const attention = (out: string) =>
      recordsIn(`${out}/attention.csv`).map(({ attention }) => attention);
    assertEquals(attention(text), attention(seen));
    const both = await run(
      "evaluate",
      [...IMAGE, "--image", `${SHAPES.images}/${OTHER}`, FOIL, CAPTION],
      `${folder}/both`,
    );
    const rows = recordsIn(`${both}/evaluate.csv`);
    assertEquals(rows.map(({ id, negation, caption }) => [id, negation, caption]), [
      ...[[NAME, "caption", FOIL], [OTHER, "caption", FOIL]],
    ]);
    const file = `${folder}/images.safetensors`;
    await using clip = await Clip.load(SHAPES.model, { threads: 1 });
    const pixels = await clip.image.pixels(await Deno.readFile(IMAGE[1]!), NAME);
    await writeTensors(file, new Map([["a heart", (await clip.image.run([pixels])).data]]));
    const made = ["--image", "a heart", "--image-embeddings", file, FOIL, CAPTION];
    const given = recordsIn(`${await run("evaluate", made, `${folder}/given`)}/evaluate.csv`);
    assertEquals(given, [{ ...rows[0], id: "a heart", image: "a heart" }]);
    await using study = await Study.open({ pair: [CAPTION, FOIL], image: IMAGE[1], cache: false });
    const { d } = (await study.score()).rows[0]!;
    assertEquals(`${-d}`.slice(0, 6), rows[0]!["d"]!.slice(0, 6)); // the first sentence counts as true
  }));

Deno.test("tasks refuse sentences and pictures that make no pair", () =>
  inFolder(async (folder) => {
    const notes = `${folder}/notes.png`;
    await Deno.writeTextFile(notes, "a dog");
    const two = (given: string) =>
      `Cannot use "${given}": expected a flag before it, such as --data "${given}", or two sentences, the true one first`;
    const beside = "expected two sentences with --image, or --data with --images";
    const usage: readonly Failure[] = [
      ["trace", [...IMAGE, CAPTION], two(CAPTION)],
      ["trace", [...PAIR, "A star."], two("A star.")],
      ["trace", ["shapes"], two("shapes")],
      ["attend", [CAPTION, " "], 'Cannot use sentence " ": expected a text that is not empty'],
      ["knockout", [CAPTION, FOIL], "Cannot run without --image: expected one or more --image"],
      ["trace", IMAGE, `Cannot use --image: ${beside}`],
      ["paths", [...PAIR, "--data", "x.json"], `Cannot use --data: ${beside}`],
      [
        "trace",
        [...PAIR, "--images", folder],
        `Cannot use --images: ${beside}`,
      ],
      [
        "trace",
        [...PAIR, "--image", notes],
        `Cannot use image "${notes}": expected all pictures in one folder`,
      ],
    ];
    const known =
      "no, not, none, nobody, nothing, nowhere, never, neither, nor, without, cannot or n't";
    const untold = "Cannot tell which of the two sentences is negated:";
    const reworded =
      'reword them, such as "some" against "no", or, where the experiment takes it, use the standard';
    const wrong: readonly Failure[] = [
      [
        "trace",
        ["--image", "nowhere.jpg", CAPTION, FOIL],
        'Cannot find image "nowhere.jpg" in folder',
      ],
      [
        "trace",
        ["--image", notes, CAPTION, FOIL],
        'Cannot decode image "notes.png": its format is',
      ],
      [
        "trace",
        [...IMAGE, CAPTION, "A star."],
        `${untold} neither has a known negator; expected one more in one of them: ${known}; reword`,
      ],
      ["attend", [FOIL, "There is no star."], `${untold} both have equally many known negators`],
      [
        "attribute",
        [...IMAGE, "There are hearts.", "There are no hearts."],
        `Cannot read pair "${NAME}" (row 1) from "pairs": caption and foil must differ in exactly one word, but they have 3 and 4 words; ${reworded}`,
      ],
      [
        "trace",
        [...IMAGE, CAPTION, `No ${"red ".repeat(200)}star.`, "--protocol", "standard"],
        `Cannot use pair "${NAME}": its foil has 205 tokens with start and end, but the model reads`,
      ],
    ];
    await fail(folder, usage, { usage: true });
    await fail(folder, wrong);
  }));
