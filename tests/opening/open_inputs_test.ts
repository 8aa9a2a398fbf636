import { assertEquals } from "@std/assert";
import { SHAPES } from "../../lib/opening/find_model.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { Study } from "../../lib/runs/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";

const SENTENCES = { data: "shapes-sentences" } as const;

Deno.test("openInputs() takes sentences without images, and drops those whose twin has other tokens", () =>
  inFolder(async (folder) => {
    const data = `${folder}/own.txt`;
    const lines = ["Two stars and no hearts.", "A star without a heart.", "A star."];
    await Deno.writeTextFile(data, `${[...lines, `No stars${" no".repeat(40)}.`].join("\n")}\n`);
    const { pairs, data: read, images } = await openInputs({ data }, { imagesAre: "used" });
    assertEquals(images, undefined);
    assertEquals(pairs.map(({ id, image, foil }) => [id, image, foil]), [["1", "", lines[0]]]);
    assertEquals(read.dropped, [
      { id: "3", reason: "no negating word" },
      { id: "2", reason: "the sentences do not differ in exactly one token" }, // "without" has more pieces than "with"
      { id: "4", reason: "a sentence is longer than the model reads" },
    ]);
    await Deno.writeTextFile(data, `${lines[1]}\n`);
    const says =
      "each of its 1 rows was dropped (the sentences do not differ in exactly one token)";
    await assertRejectsCode(
      () => openInputs({ data }, { imagesAre: "used" }),
      "rows-too-few",
      says,
    );
  }));

Deno.test("openInputs() refuses sentences where images are needed, and images beside them", async () => {
  const { sentences, images } = SHAPES;
  const cases: [object, "needed" | "used", string][] = [
    [{}, "needed", `run on "${sentences}": its rows are sentences without images; give data with`],
    [
      { images },
      "used",
      `images with "${sentences}": the rows of the data are sentences without im`,
    ],
    [{ imageEmbeddings: "a.npy" }, "used", "Cannot use imageEmbeddings"],
  ];
  for (const [choice, imagesAre, says] of cases) {
    const open = () => openInputs({ ...SENTENCES, ...choice }, { imagesAre });
    await assertRejectsCode(open, "usage-data-text-only", says);
  }
});

Deno.test("a study of the embedded sentences finds each negator at its place, the first of two", async () => {
  await using study = await Study.open({ ...SENTENCES, cache: false });
  const lines = (await Deno.readTextFile(SHAPES.sentences)).trim().split("\n");
  assertEquals([study.pairs.length, study.dropped], [lines.length, []]);
  for (const { negated, negator, roles } of study.sentencePairs) {
    const words = negated.tokens.map((token) => token.toLowerCase());
    assertEquals([negator, roles[negator]], [words.indexOf("no"), "negator"], negated.sentence);
  }
  const places = study.sentencePairs.map(({ negator }) => negator);
  assertEquals([Math.min(...places), Math.max(...places) > 5], [1, true]);
});
