import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { readPairs } from "../../lib/data/read.ts";
import { SHAPES } from "../../lib/opening/kit_models.ts";
import { openSegmentInputs } from "../../lib/segment/segment_inputs.ts";
import { sampleRows } from "../../lib/study/rows/sample_rows.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";

const options = { text: { checkLength: () => {} }, seed: 3 };

Deno.test("openSegmentInputs() draws the rows that experiments draw, and names the subjects that are present", async () => {
  const { pairs, segmented, unnamed, paths } = await openSegmentInputs({ limit: 20 }, options);
  const all = (await readPairs(onDisk(SHAPES.data), { protocol: "rephrased" })).pairs;
  assertEquals(pairs, sampleRows(all, 20, 3));
  const present = pairs.filter(({ negation }) => negation === "foil");
  assertEquals(segmented.map(({ pair }) => pair), present);
  // the captions of shapes are "There is a X." or "There are some X.", and may say where
  const phrases = present.map(({ caption }) =>
    caption.replace(/^There (?:is|are) |(?: (?:in|on) .*)?\.$/g, "")
  );
  assertEquals(segmented.map(({ phrase }) => phrase), phrases);
  assertEquals([unnamed, paths.size], [[], new Set(present.map(({ image }) => image)).size]);
});

Deno.test("openSegmentInputs() refuses sentences without images, whether images are given or not", async () => {
  const images = fixture("images");
  const refused = { data: "shapes-sentences" } as const;
  for (const choice of [refused, { ...refused, images }, { ...refused, images, skipBad: true }]) {
    await assertRejectsCode(
      () => openSegmentInputs(choice, options),
      "usage-data-text-only",
      `Cannot run on "${SHAPES.sentences}": its rows are sentences without images; give data with images`,
    );
  }
});

Deno.test("openSegmentInputs() refuses data without a subject that is present, and data without images", () =>
  inFolder(async (folder) => {
    const data = `${folder}/pairs.json`;
    const row = { image: "a.png", caption: "There is no dog.", foil: "There is a dog." };
    await Deno.writeTextFile(data, JSON.stringify([{ id: "a", negation: "caption", ...row }]));
    const images = fixture("images");
    await assertRejectsCode(
      () => openSegmentInputs({ data, images }, options),
      "rows-too-few",
      `none of 1 rows has a subject that is present and named; take data with foil-negated rows`,
    );
    await assertRejectsCode(
      () => openSegmentInputs({ images }, options),
      "usage-input-missing",
      `Cannot run with images "${images}" alone: expected data FILE beside it`,
    );
    const called = (option: string) => `the ${option} given`;
    await assertRejectsCode(
      () => openSegmentInputs({ data: `${folder}/none.json` }, { ...options, called }),
      "usage-input-missing",
      `Cannot run with the data given "${folder}/none.json" alone: expected the images given FOLDER beside it`,
    );
    await assertRejectsCode(
      () => openSegmentInputs({ data, images, limit: 1 }, { ...options, called }),
      "rows-too-few",
      "take data with foil-negated rows, or a larger the limit given",
    );
  }));
