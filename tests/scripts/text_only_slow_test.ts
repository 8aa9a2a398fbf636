import { assertEquals, assertStringIncludes } from "@std/assert";
import { runHere } from "./task_here.ts";
import { fixture, inFolder } from "./task_process.ts";

const MODEL = ["--model", fixture("clip-tiny")];

Deno.test("attend runs on premises with hypotheses and counts the dropped rows; trace refuses them", () =>
  inFolder(async (folder) => {
    const data = `${folder}/premises.tsv`;
    const lines = [
      "premise\thypothesis\tlabel",
      "A dog.\tYou see a dog and no birds on the wall.\t1",
      "A dog.\tThe wall has no lamp.\t1",
      "A dog.\tThe wall has no dog.\t0",
      "A dog.\tThe wall is not old.\t1",
    ];
    await Deno.writeTextFile(data, `${lines.join("\n")}\n`);
    const out = `${folder}/run`;
    const run = await runHere("attend", [...MODEL, "--data", data, "--out", out]);
    assertEquals([run.code, run.stderr], [0, ""]);
    assertStringIncludes(
      run.stdout,
      [
        "2 distinct sentence pairs",
        "Sentences without images: the negated one counts as the foil",
        "4 rows read:",
        "  1 dropped: its label is not 1",
        "  1 dropped: no negating word",
        "  2 used: 2 foil-negated, 0 caption-negated",
      ].join("\n"),
    );
    const { rows } = JSON.parse(await Deno.readTextFile(`${out}/manifest.json`));
    assertEquals(rows.dropped, [
      { reason: "its label is not 1", n: 1, ids: ["4"] },
      { reason: "no negating word", n: 1, ids: ["5"] },
    ]);
    for (const flags of [[], ["--images", folder]]) {
      const refused = await runHere("trace", [...MODEL, "--data", data, ...flags]);
      assertEquals([refused.code, refused.stderr.split("\n")[0]], [
        2,
        `Cannot run on "${data}": its rows are sentences without images; give data with images, or run what needs none: attend, or circuit with --circuit`,
      ]);
    }
    const refused = await runHere("attend", [...MODEL, "--data", data, "--images", folder]);
    assertEquals([refused.code, refused.stderr.split("\n")[0]], [
      2,
      `Cannot use --images with "${data}": the rows of the data are sentences without images; leave it out`,
    ]);
  }));
