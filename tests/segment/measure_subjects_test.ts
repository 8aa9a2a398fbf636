import { assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { measureSubjects } from "../../lib/segment/measure_subjects.ts";
import { maskNumbers, subjectMask } from "../../lib/segment/subject_mask.ts";
import { segmentOnFiles } from "../../lib/segment/segment_files.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { SEGMENTER } from "./own_graph.ts";

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
      "file-changed",
      'Cannot use image "b.jpg": its file has changed since the run began',
    );
  }));
