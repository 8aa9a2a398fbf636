import { onDisk, sha256File } from "../../lib/files/read_file.ts";
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { readPairs } from "../../lib/data/read.ts";
import { SHAPES } from "../../lib/opening/find_model.ts";
import { NegscopeError } from "../../lib/errors/negscope_error.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { checksumsOf } from "../../lib/opening/load_study.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { sampleRows } from "../../lib/study/rows/left_out.ts";
import { printChoice, type StudyChoice } from "../../lib/study/choice/study_options.ts";
import { Study } from "../../lib/runs/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

const { model, images } = TINY;
const { pairs } = await readPairs(onDisk(TINY.pairs), { protocol: "rephrased" });
const SHAPES_ROWS = (await readPairs(onDisk(SHAPES.data), { protocol: "rephrased" })).pairs.length;

Deno.test("openInputs() accepts rows made by a script, with a limit and a shard", async () => {
  const { data, dataPath, pairs: used } = await openInputs({
    ...{ model, images, pairs, limit: 5, shard: { k: 2, n: 2 } },
  });
  assertEquals([data.rows, data.dropped, data.format, dataPath], [8, [], "pairs", undefined]);
  const drawn = sampleRows(pairs, 5, 0);
  assertEquals([drawn.length, used], [5, [drawn[1], drawn[3]]]);
});

Deno.test("openInputs() checks rows made by a script like those of a file", async () => {
  const open = (pairs: readonly Pair[]) => openInputs({ model, images, pairs });
  const twice = `Cannot read pair "${pairs[0]!.id}" (row 2) from "pairs": "id" must be unique`;
  await assertRejectsCode(() => open([pairs[0]!, pairs[0]!]), "row-wrong", twice);
  await assertRejectsCode(() => open([]), 'rows-too-few: Cannot use data file "pairs"');
  const size = { ...pairs[0]!, subjectSize: 2 };
  await assertRejectsCode(() => open([size]), 'row-wrong: "subject_size" must be');
  const both = `Cannot use data "${TINY.pairs}": expected no file beside pairs`;
  const beside = () => openInputs({ model, images, pairs, data: TINY.pairs });
  await assertRejects(beside, NegscopeError, both);
  const alone = 'Cannot run with data "pairs" alone: expected images FOLDER beside it';
  const needed = () => openInputs({ pairs }, { imagesAre: "needed" });
  await assertRejects(needed, NegscopeError, alone);
});

Deno.test("checksumsOf() identifies rows made by a script by all of them, whatever part is run", async () => {
  const data = async (pairs: readonly Pair[], limit?: number) =>
    (await checksumsOf(await openInputs({ model, images, pairs, limit }))).sources.data;
  const whole = await data(pairs);
  assertEquals(whole[0], { file: "pairs", sha256: sha256Text(JSON.stringify(pairs)) });
  assertEquals(whole.map(({ file }) => file), ["pairs", "images"]);
  const turned = pairs.map((pair) =>
    Object.fromEntries(Object.entries(pair).toReversed()) as unknown as Pair
  );
  assertEquals(await data(turned), whole);
  assertEquals((await data(pairs, 2))[0], whole[0]);
  const other = pairs.with(0, { ...pairs[0]!, id: "other" });
  assertNotEquals((await data(other))[0], whole[0]);
  const [file] = (await checksumsOf(await openInputs({ model, images, data: TINY.pairs })))
    .sources.data;
  assertEquals(file, { file: "pairs.json", sha256: await sha256File(TINY.pairs) });
});

Deno.test("a study of rows made by a script gives the scores of a study of their file, and saves their checksum", () =>
  inFolder(async (folder) => {
    await using made = await Study.open({ model, images, pairs, cache: false });
    await using read = await Study.open({ model, images, data: TINY.pairs, cache: false });
    const [own, other] = [await made.run("evaluate"), await read.run("evaluate")];
    assertEquals(own.tables.evaluate.rows, other.tables.evaluate.rows);
    await own.save(`${folder}/run`);
    const manifest = JSON.parse(await Deno.readTextFile(`${folder}/run/manifest.json`));
    assertEquals(manifest.sources.data[0].sha256, sha256Text(JSON.stringify(pairs)));
    assertEquals(manifest.options, { ...printChoice({ model, images }), seed: "0" });
    assertEquals(manifest.rows, { read: 8, kept: 8, dropped: [], format: "pairs" });
  }));

Deno.test("openInputs() gives a model without data the embedded data and images, and says so", async () => {
  const said: string[] = [];
  const called = (option: string) => `--${option}`;
  const say = (line: string) => said.push(line);
  const { data, images: found } = await openInputs({ model }, {}, { called, say });
  assertEquals([data.pairs.length, found!.paths.size > 0], [SHAPES_ROWS, true]);
  await openInputs({}, {}, { say });
  await openInputs({ model, data: TINY.pairs, images }, {}, { say });
  assertEquals(said, ["Data: the embedded drawings of shapes (--data and --images name others)"]);
});

Deno.test("openInputs() requires images with data, and data with a model's own images", async () => {
  const refuses = (choice: StudyChoice, expected: string) =>
    assertRejectsCode(() => openInputs(choice), "usage-input-missing", expected);
  await refuses(
    { model, data: "shapes-block" },
    'expected images FOLDER beside it; of the kit\'s own data the nearest is "shapes-blocks"',
  );
  await refuses({ model, images }, `images "${images}" alone: expected data FILE beside it`);
  const alone = `"${TINY.pairs}" alone: expected images FOLDER beside it`;
  await refuses({ model, data: TINY.pairs }, `data ${alone}`);
  await refuses({ data: TINY.pairs }, `data ${alone}`);
  await refuses(
    { weights: "tuned.pt", model: "shapes" },
    'Cannot use weights "tuned.pt" alone: no',
  );
  const called = (option: string) => `--${option}`;
  const named = () => openInputs({ data: TINY.pairs }, {}, { called });
  const flags = alone.replace("images", "--images");
  await assertRejectsCode(named, "usage-input-missing", `--data ${flags}`);
});

Deno.test("openInputs() refuses a choice that leaves no row, and reports a missing model before missing data", async () => {
  const none = () => openInputs({ model, data: TINY.pairs, images, shard: { k: 99, n: 99 } });
  const says = `run on "${TINY.pairs}": shard leaves none of 8 rows; take a smaller N`;
  await assertRejectsCode(none, "usage-value-wrong", says);
  const missing =
    'model folder "nowhere/at all": expected a folder in Hugging Face layout, or the ';
  const nowhere = () => openInputs({ model: "nowhere/at all" });
  await assertRejectsCode(nowhere, "model-file-missing", missing);
});

Deno.test("openInputs() refuses an option that does not exist or cannot have its value", async () => {
  const wrong: readonly [object, string][] = [
    [{ limit: 0 }, "Cannot use limit 0: expected a whole number from 1 to "],
    [{ limit: 2.5 }, "Cannot use limit 2.5: "],
    [{ threads: 0 }, "Cannot use threads 0: expected a whole number from 1 to 256"],
    [{ protocol: "rephrase" }, "expected rephrased or standard or all"],
    [{ shard: { k: 3, n: 2 } }, 'Cannot use shard {"k":3,"n":2}: expected K/N with K from 1 to N'],
    [{ shard: { k: 1.5, n: 2 } }, "Cannot use shard "],
  ];
  for (const [choice, expected] of wrong) {
    await assertRejectsCode(() => openInputs(choice), "value-wrong", expected);
  }
  const mistyped = { limt: 20 } as StudyChoice;
  await assertRejectsCode(() => openInputs(mistyped), 'name-unknown: the nearest is "limit"');
});

Deno.test("openInputs() warns of a model of this repository on pictures or sentences that do not come with it", async () => {
  const warned = async (choice: StudyChoice): Promise<string[]> => {
    const lines: string[] = [];
    await openInputs(choice, { imagesAre: "used" }, { warn: (line) => void lines.push(line) });
    return lines;
  };
  const shapes = ["The embedded model knows only drawings of shapes; model names another"];
  const planted = ["A planted model knows only how red a picture is; model names another"];
  const { data, sentences } = SHAPES;
  const cases: readonly [StudyChoice, readonly string[]][] = [
    [{ data: TINY.pairs, images }, shapes],
    [{ pairs, images }, shapes],
    [{ data: TINY.pairs }, shapes], // its sentences alone
    [{ model: "planted/relay", data: TINY.pairs, images }, planted],
    [{ model, data: TINY.pairs, images }, []],
    [{ data, images: SHAPES.images }, []],
    [{ data: sentences }, []],
    [{ model: "planted/relay" }, []],
  ];
  for (const [choice, expected] of cases) assertEquals(await warned(choice), expected);
});

Deno.test("openInputs() gives the Hub's name of a model that is called by its architecture", async () => {
  const names = [
    ["ViT-B/32", "openai/clip-vit-base-patch32"],
    ["ViT-L/14@336px", "openai/clip-vit-large-patch14-336"],
  ] as const;
  for (const [given, name] of names) {
    const says =
      `the Hub's name of this model is ${name}; name it ${name}, after: deno task download`;
    await assertRejectsCode(() => openInputs({ model: given }), "model-missing", says);
  }
});
