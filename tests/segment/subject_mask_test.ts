import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { segmentOnFiles } from "../../lib/segment/segment_files.ts";
import {
  maskNumbers,
  maskOf,
  measureSubjects,
  openSegmentInputs,
  subjectMask,
} from "../../lib/segment/subject_mask.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { sharedFile, testWithShared } from "../reference_material.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { SEGMENTER } from "./own_graph.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { readPairs } from "../../lib/data/read.ts";
import { SHAPES } from "../../lib/opening/find_model.ts";
import { sampleRows } from "../../lib/study/rows/left_out.ts";

const logit = (p: number) => Math.log(p / (1 - p)); // logit of a probability

Deno.test("subjectMask() averages probabilities and counts those above a quarter", () => {
  const data = Float32Array.from([0.5, 0.9, 0.2, 0.24, 0.26, 0.01].map(logit));
  const { size, binary, levels, rows, columns } = subjectMask({ data, height: 2, width: 3 });
  assertAlmostEquals(size, 2.11 / 6, 1e-7);
  assertEquals(binary, 3 / 6);
  assertEquals([rows, columns], [2, 3]);
  assertEquals([...levels], [128, 230, 51, 61, 66, 3]); // 255 p, rounded; 127.5 up
});

Deno.test("subjectMask() makes each level of a large map the mean of its block", () => {
  const [height, width] = [352, 176];
  const data = new Float32Array(height * width).fill(logit(0.2));
  for (let y = 0; y < 4; y++) data.fill(logit(0.6), y * width, y * width + 1); // half of the first block
  const { levels, rows, columns } = subjectMask({ data, height, width });
  assertEquals([rows, columns, levels.length], [88, 88, 88 * 88]); // blocks of 4 rows x 2 columns
  assertEquals([...levels.subarray(0, 2)], [102, 51]); // 255 x .4, 255 x .2
  assertEquals(levels.subarray(1).every((level) => level === 51), true);
});

Deno.test("maskOf() gives back what maskNumbers() keeps, and nothing for other numbers", () => {
  const mask = subjectMask({ data: Float32Array.of(0, 1, -1, 2, 3, 4), height: 3, width: 2 });
  const numbers = maskNumbers(mask);
  assertEquals(maskOf(JSON.parse(JSON.stringify(numbers))), mask);
  assertEquals([[], [1, 1, 1], numbers.slice(1), numbers.slice(0, -1)].map(maskOf), [
    ...[undefined, undefined, undefined, undefined],
  ]);
});

testWithShared(
  "the published sizes allow a threshold of a quarter, and what docs/segmentation.md says of others",
  async () => {
    const text = await Deno.readTextFile(sharedFile("data/published/instances_rephrased.csv"));
    const [head, ...lines] = text.trim().split(/\r?\n/).map((line) => line.split(","));
    const sizes = lines.map((cells) => ({
      mean: cells[head!.indexOf("subject_area")]!,
      share: cells[head!.indexOf("subject_area_binary")]!,
    })).filter(({ mean }) => mean !== "").map(({ mean, share }) => [Number(mean), Number(share)]);
    assertEquals(sizes.length, 236);
    for (const [, share] of sizes) {
      const count = share! * 352 ** 2;
      assertAlmostEquals(count, Math.round(count), 0.01); // the file's shares are float32
    }
    const empty = sizes.filter(([, share]) => share === 0).map(([mean]) => mean!);
    assertEquals([empty.length, Math.max(...empty).toFixed(4)], [12, "0.0398"]);
    const ratios = sizes.filter(([, share]) => share! > 0).map(([mean, share]) => mean! / share!);
    assertEquals(Math.min(...ratios).toFixed(3), "0.445");
    // probabilities above t are at most 1, those of other pixels at most t
    const fits = (t: number) =>
      sizes.every(([mean, share]) => mean! >= t * share! && mean! <= share! + t * (1 - share!));
    assertEquals([0.03, 0.25, 0.44, 0.5].map(fits), [false, true, true, false]);
  },
);

const pair = (id: string, image: string): Pair => {
  return { id, image, negation: "foil", caption: "There is a cat.", foil: "There is no cat." };
};

const logitsOf = (value: number) => ({ data: Float32Array.of(value, -value), height: 1, width: 2 });

Deno.test("measureSubjects() runs each image and phrase once, and none that is kept", async () => {
  const rows = [
    { pair: pair("1", "a.png"), phrase: "a cat" },
    { pair: pair("2", "a.png"), phrase: "a cat" },
    { pair: pair("3", "a.png"), phrase: "a dog" },
    { pair: pair("4", "b.png"), phrase: "a cat" },
  ];
  const known = subjectMask(logitsOf(2));
  const kept = new Map<string, readonly number[]>([
    ['["a.png","a dog"]', maskNumbers(known)],
    ['["b.png","a cat"]', [1, 2, 3]], // not those of a mask
  ]);
  const runs: string[] = [];
  const reports: string[] = [];
  const masks = await measureSubjects(
    {
      logits: ({ bytes, name }, phrase) => {
        runs.push(`${name} ${phrase} ${bytes.length}`);
        return Promise.resolve(logitsOf(runs.length * 3));
      },
    },
    rows,
    {
      read: ({ image }) => Promise.resolve(new Uint8Array(image.length)),
      kept: {
        size: kept.size,
        get: (key) => kept.get(key),
        keep: (key, values) => Promise.resolve(void kept.set(key, Array.from(values))),
      },
      progress: (done, total) => reports.push(`${done}/${total}`),
    },
  );
  assertEquals(runs, ["a.png a cat 5", "b.png a cat 5"]);
  const [first, second] = [subjectMask(logitsOf(3)), subjectMask(logitsOf(6))];
  assertEquals([...masks], [["1", first], ["2", first], ["3", known], ["4", second]]);
  assertEquals(kept.get('["b.png","a cat"]'), maskNumbers(second));
  assertEquals(reports, ["1/4", "2/4", "3/4", "4/4"]);
});

Deno.test("segmentOnFiles() stops at an image that is another than when the run began", () =>
  inFolder(async (folder) => {
    const data = `${folder}/pairs.json`;
    await Deno.writeTextFile(data, JSON.stringify([pair("1", "a.jpg"), pair("2", "b.jpg")]));
    for (const name of ["a.jpg", "b.jpg"]) {
      await Deno.copyFile(fixture("images/photo.jpg"), `${folder}/${name}`);
    }
    const change = () => Deno.copyFileSync(fixture("images/rotated.jpg"), `${folder}/b.jpg`);
    await assertRejectsCode(
      () =>
        segmentOnFiles({ segmenter: SEGMENTER, threads: 1, data, images: folder }, {
          ...{ out: `${folder}/out`, seed: 0 },
          bar: () => ({ report: change, [Symbol.dispose]: () => {} }),
        }),
      'file-changed: Cannot use image "b.jpg": its file has changed since the run began',
    );
  }));

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

Deno.test("openSegmentInputs() refuses sentences without images, data without a subject that is present, and data without images", () =>
  inFolder(async (folder) => {
    const data = `${folder}/pairs.json`;
    const row = { image: "a.png", caption: "There is no dog.", foil: "There is a dog." };
    await Deno.writeTextFile(data, JSON.stringify([{ id: "a", negation: "caption", ...row }]));
    const [images, sentences] = [fixture("images"), "shapes-sentences"] as const;
    const textOnly =
      `usage-data-text-only: Cannot run on "${SHAPES.sentences}": its rows are sent` as const;
    const none = "rows-too-few: none of 1 rows has a subject that is present and named";
    const named = { ...options, called: (option: string) => `the ${option} given` };
    const cases = [
      [{ data: sentences }, textOnly, options],
      [{ data: sentences, images, skipBad: true }, textOnly, options],
      [{ data, images }, `${none}; take data with foil-negated rows`, options],
      [
        { data, images, limit: 1 },
        "rows-too-few: take data with foil-negated rows, or a larger the limit given",
        named,
      ],
      [{ images }, `usage-input-missing: Cannot run with images "${images}" alone: exp`, options],
      [
        { data },
        `usage-input-missing: Cannot run with the data given "${data}" alone: expected the images`,
        named,
      ],
    ] as const;
    for (const [choice, said, how] of cases) {
      await assertRejectsCode(() => openSegmentInputs(choice, how), said);
    }
  }));
