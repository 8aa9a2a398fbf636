/** Two sentences and a picture on the command line, in place of a file of rows. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SHAPES } from "../../lib/opening/find_model.ts";
import { Study } from "../../lib/runs/study.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { writeTensors } from "../opening/embedding_files.ts";
import { type Finding, joinedFinding } from "../../lib/study/experiment/finding.ts";
import { assertPlainSentences } from "../study/plain_sentences.ts";
import { fail, type Failure } from "./failures.ts";
import { run, runHere } from "./task_here.ts";
import { inFolder, namesIn, recordsIn } from "./task_process.ts";

const [CAPTION, FOIL] = ["There is a heart.", "There is no heart."];
const NAME = "shapes_0001.png";
const IMAGE = ["--image", `${SHAPES.images}/${NAME}`];
const PAIR = [...IMAGE, CAPTION, FOIL];

Deno.test("two sentences and their picture give the tables of a file with this row", () =>
  inFolder(async (folder) => {
    const row = { id: NAME, image: NAME, negation: "foil", caption: CAPTION, foil: FOIL };
    await Deno.writeTextFile(`${folder}/row.json`, JSON.stringify([row]));
    const data = ["--data", `${folder}/row.json`, "--images", SHAPES.images];
    const segments = ["--segments", "correct,incorrect,ambiguous"]; // as a pair has
    for (const task of ["trace", "attend", "attribute", "paths"]) {
      const own = await run(task, PAIR, `${folder}/${task}`);
      const flags = task === "trace" ? [...data, ...segments] : data;
      const file = await run(task, flags, `${folder}/${task}_file`);
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
    const elsewhere = ["--image", `${folder}/${NAME}`, CAPTION, FOIL];
    const moved = await runHere("trace", [...elsewhere, "--out", out]);
    assertStringIncludes(moved.stdout, "finished already");
    assertStringIncludes(moved.stderr, "The embedded model knows only drawings of shapes");
    const other = [...IMAGE, "There is a star.", "There is no star."];
    const refused = await runHere("trace", [...other, "--out", out]);
    const differs = `its --pair is "${CAPTION}\\n${FOIL}", this run's is "There`;
    assertStringIncludes(refused.stderr, differs);
    await run("trace", [...other, "--overwrite"], out);
    assertEquals((await runHere("explore", [out, "--static", `${folder}/site`])).code, 0);
    const about = await Deno.readTextFile(`${folder}/site/data.json`);
    assertStringIncludes(about, "There is a star.");
  }));

Deno.test("attend needs no picture, and an embedding takes its place", () =>
  inFolder(async (folder) => {
    const text = await run("attend", [CAPTION, FOIL], `${folder}/text`);
    const seen = await run("attend", PAIR, `${folder}/seen`);
    const [without, given] = [text, seen].map((out) => recordsIn(`${out}/attention.csv`));
    assertEquals(without!.map((row) => ({ ...row, id: NAME })), given);
    const file = `${folder}/images.safetensors`;
    await using clip = await Clip.load(SHAPES.model, { threads: 1 });
    const pixels = await clip.image.pixels(await Deno.readFile(IMAGE[1]!), NAME);
    await writeTensors(file, new Map([[NAME, (await clip.image.run([pixels])).data]]));
    const made = ["--image", NAME, "--image-embeddings", file, FOIL, CAPTION];
    const embedded = await run("evaluate", made, `${folder}/embedded`);
    const turned = await run("evaluate", [...IMAGE, FOIL, CAPTION], `${folder}/turned`);
    const [row] = recordsIn(`${turned}/evaluate.csv`);
    assertEquals(recordsIn(`${embedded}/evaluate.csv`), [row!]);
    await using study = await Study.open({ pair: [CAPTION, FOIL], image: IMAGE[1], cache: false });
    const { d } = (await study.score()).rows[0]!;
    assertEquals([row!["negation"], -Number(row!["d"])], ["caption", d]); // the first counts as true
  }));

Deno.test("the screen of a pair says what carries its d, by the tables, and nothing of means over rows", () =>
  inFolder(async (folder) => {
    const said = async (task: string, given: readonly string[]) => {
      const out = `${folder}/${crypto.randomUUID()}`;
      const { stdout, stderr } = await runHere(task, [...given, "--format", "none", "--out", out]);
      assertEquals(stderr, ""); // the embedded model knows these pictures
      assertEquals(/rows,|accuracy|interval takes|tested/.exec(stdout), null);
      assert(stdout.split("\n").length <= 26, stdout);
      const findings = JSON.parse(await Deno.readTextFile(`${out}/findings.json`));
      const { sentences } = joinedFinding(findings.findings as Finding[]);
      return { out, sentences: sentences!, stdout };
    };
    const { out, sentences, stdout } = await said("knockout", PAIR);
    const [row] = recordsIn(`${out}/evaluate.csv`);
    const effects = recordsIn(`${out}/knockout.csv`).filter(({ part }) => part === "head")
      .map(({ effect }) => Number(effect));
    const [d, most] = [Number(row!["d"]), Math.max(...effects)].map((size) => size.toFixed(2));
    const one =
      'One pair has no interval, and cannot tell understanding (gamma) from a leaning to "no": --data takes more';
    assertEquals(sentences, [
      `shapes prefers the true sentence: d = ${d} logits`,
      `Here, d is carried most by the attention to the negator of head 1.2 (${most} of ${d}), then by 1.3`,
      ...[one, "Not run: --control determiner, which tells whether a share is of negation"],
    ]);
    assertStringIncludes(stdout, `${NAME}, "${CAPTION}" (counts as true)\n  and "${FOIL}"`);
    const star = ["--image", `${SHAPES.images}/shapes_0115.png`, "There is a star."];
    const near0 = await said("trace", [...star, "There is no star."]); // ambiguous rows are not traced by default
    assertEquals(near0.sentences.slice(0, 1), [
      "shapes hardly tells the two sentences apart: d = -0.77 logits, of which shares say little",
    ]);
    assertStringIncludes(
      near0.sentences[1]!,
      "Here, d passes most through the negator (",
    );
    assertPlainSentences([...sentences, ...near0.sentences]);
    const paths = await said("paths", PAIR);
    const picture = await Deno.readTextFile(`${paths.out}/path_graph.vl.json`);
    assertStringIncludes(picture, "1.2 → 5.1 by its values");
    const page = await Deno.readTextFile(`${paths.out}/report.html`);
    assertEquals(page.split('<img src="data:image').length, 2); // the picture, once, beside both sentences
  }));

Deno.test("tasks refuse sentences and pictures that make no pair", () =>
  inFolder(async (folder) => {
    const notes = `${folder}/notes.png`;
    await Deno.writeTextFile(notes, "a dog");
    const alone = (given: string) => `Cannot use "${given}": expected a flag before it`;
    const beside = "Cannot use two sentences beside other data: expected either two sentences and";
    const usage: readonly Failure[] = [
      ["trace", [...IMAGE, CAPTION], alone(CAPTION)],
      ["trace", [...PAIR, "A star."], alone("A star.")],
      ["attend", [CAPTION, " "], 'Cannot use sentence " ": expected a text that is not empty'],
      ["knockout", [CAPTION, FOIL], "Cannot run without --image: expected --image FILE"],
      ["trace", IMAGE, `Cannot use image "${IMAGE[1]}" without two sentences: expected either two`],
      ["paths", [...PAIR, "--data", "x.json"], beside],
      ["trace", [...PAIR, "--images", folder], beside],
      ["trace", [...PAIR, "--image", notes], "Cannot use --image twice: give it once"],
      ["probe", [CAPTION, FOIL], alone(CAPTION)],
    ];
    const untold = "Cannot tell which of the two sentences is negated:";
    const far = `No ${"red ".repeat(200)}star.`;
    const wrong: readonly Failure[] = [
      ["trace", ["--model", "shpaes"], 'Cannot find model folder "shpaes": expected a folder in '],
      ["trace", ["--image", "no.jpg", CAPTION, FOIL], 'Cannot find image "no.jpg" in folder'],
      ["trace", ["--image", notes, CAPTION, FOIL], 'Cannot decode image "notes.png": its format'],
      ["trace", [...IMAGE, CAPTION, "A star."], `${untold} neither has a known negator; expected`],
      ["attend", [FOIL, FOIL], `${untold} they are the same; expected`],
      ["attend", [FOIL, "There is no star."], `${untold} both have equally many known negators`],
      [
        ...["attribute", [...IMAGE, "There are hearts.", "There are no hearts."]] as const,
        `Cannot read pair "${NAME}" (row 1) from "pairs": caption and foil must differ in exactly`,
      ],
      [
        ...["trace", [...IMAGE, CAPTION, far, "--protocol", "standard"]] as const,
        `Cannot use pair "${NAME}": its foil has 205 tokens with start and end, but the model reads`,
      ],
    ];
    await fail(folder, usage, { usage: true });
    await fail(folder, wrong);
  }));
