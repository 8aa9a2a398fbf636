/** The errors of tasks for data files and pairs that they cannot use. */

import { fail, tinyBut } from "./failures.ts";
import { fixture, inFolder } from "./task_process.ts";

const BOAT = {
  ...{ id: "boat", image: "photo.jpg", negation: "foil" },
  ...{ caption: "There is a boat.", foil: "There is no boat." },
};
const HEADER = "id,image,negation,caption,foil\r\n";
const RECORD = "boat,photo.jpg,foil,There is a boat.,There is no boat.\r\n";
const VALSE_ROW = {
  ...{ image_file: "photo.jpg", caption: "There is a boat.", foil: "There is no boat." },
  mturk: { caption: 3 },
};
const FORMS = "expected the JSON object of a VALSE file, a JSON array of pairs, CSV with " +
  "columns id, image, negation, caption, foil, CSV or TSV with columns premise, hypothesis, or one sentence on each line, most of them with three words or more";
const NO_TEXT = "must be a text that is not empty, but it is";

/** A file's content, and the message about it for a given path. */
type BadFile = readonly [
  content: string | Uint8Array<ArrayBuffer>,
  says: (path: string) => string,
];

const FILES: readonly BadFile[] = [
  ["", (path) => `Cannot use data file "${path}": the file is empty; expected at least one pair`],
  [utf16(HEADER + RECORD), (path) => notPairs(path, "it is not text in UTF-8")],
  [
    '[{"id": "a",}]',
    (path) =>
      `Cannot read "${path}" as JSON: Expected double-quoted property name in JSON at position 12 (line 1 column 13); correct it or write it again`,
  ],
  [
    HEADER.replace(",negation", "") + RECORD,
    (path) =>
      `Cannot read pairs from "${path}": column "negation" is missing among id, image, caption, foil; expected id, image, negation, caption, foil[, negator][, subject_size]`,
  ],
  [
    JSON.stringify({ a: { ...VALSE_ROW, foil: "There is a cat." } }),
    (path) =>
      `Cannot use data file "${path}": each of its 1 rows was dropped (neither sentence is negated); expected at least one pair`,
  ],
];

function notPairs(path: string, why: string): string {
  return `Cannot read pairs from "${path}": ${why}; ${FORMS}`;
}

/** UTF-16 with a byte order mark, as written by spreadsheets. */
function utf16(text: string): Uint8Array<ArrayBuffer> {
  const units = [0xfeff, ...Array.from(text, (letter) => letter.charCodeAt(0))];
  return new Uint8Array(new Uint16Array(units).buffer);
}

Deno.test("tasks refuse data files that are not lists of pairs", () =>
  inFolder(async (folder) => {
    const failures = await Promise.all(FILES.map(async ([content, says], i) => {
      const path = `${folder}/data-${i}`;
      await Deno.writeFile(path, bytesOf(content));
      return { task: "evaluate", flags: tinyBut("--data", path), says: says(path) };
    }));
    await fail(folder, [
      ...failures,
      {
        task: "correlate",
        flags: tinyBut("--data", folder),
        says: `Cannot read data file "${folder}": it is a folder; check the data file`,
      },
      {
        task: "bench",
        flags: ["--model", fixture("clip-tiny"), "--data", `${folder}/nowhere/pairs.json`],
        says:
          `Cannot read data file "${folder}/nowhere/pairs.json": there is no such file; check the data file`,
      },
      {
        task: "knockout",
        flags: tinyBut("--data", `${fixture("pairs.json")}/pairs.json`),
        says: `Cannot read data file "${
          fixture("pairs.json")
        }/pairs.json": a file stands where a folder is expected; check the data file`,
      },
      {
        task: "evaluate",
        flags: tinyBut("--data", fixture("images/grey.png")),
        says: notPairs(fixture("images/grey.png"), "it is not text in UTF-8"),
      },
    ]);
  }));

function bytesOf(content: string | Uint8Array<ArrayBuffer>): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

const LONG = "very ".repeat(40);

/** The differences from a valid pair, and the message about it for the file's path. */
type BadPair = readonly [
  differs: Readonly<Record<string, unknown>>,
  says: (path: string) => string,
];

const PAIRS: readonly BadPair[] = [
  [{ foil: undefined }, (path) => `${ofRow(path)} "foil" ${NO_TEXT} missing`],
  [
    { negator: 2 },
    () =>
      'Cannot align pair "boat": its negator must be at position 3, where the sentences differ, but it is 2',
  ],
  [
    { caption: "There was a boat." },
    (path) =>
      `${
        ofRow(path)
      } caption and foil must differ in exactly one word, but they differ in 2; use the standard protocol (--protocol standard)`,
  ],
  [
    { caption: `${LONG} there is a boat.`, foil: `${LONG} there is no boat.` },
    (path) =>
      `Cannot use 1 of 1 rows from "${path}": shorten it, or leave these rows out (--skip-bad)
  pair "boat": its caption has 127 tokens with start and end, but the model reads only the first 24
  pair "boat": its foil has 127 tokens with start and end, but the model reads only the first 24`,
  ],
  [{ image: "nowhere.png" }, () => ofImage("find", "nowhere.png", "there is no such file")],
  [{ image: "../pairs.json" }, () => outside("../pairs.json")],
];

function ofRow(path: string): string {
  return `Cannot read pair "boat" (row 1) from "${path}":`;
}

function ofImage(verb: "find" | "read", name: string, why: string): string {
  const place = verb === "find" ? "in" : "from";
  const folder = fixture("images");
  return `Cannot ${verb} image "${name}" of pair "boat" ${place} folder "${folder}": ${why}; check the folder of the images`;
}

function outside(name: string): string {
  const folder = fixture("images");
  return `Cannot read image "${name}" of pair "boat": it lies outside the image folder "${folder}"; name a file within it, without "..", and copy what a link points to`;
}

Deno.test("tasks refuse impossible pairs", () =>
  inFolder(async (folder) => {
    const failures = await Promise.all(PAIRS.map(async ([differs, says], i) => {
      const path = `${folder}/pairs-${i}.json`;
      await Deno.writeTextFile(path, JSON.stringify([{ ...BOAT, ...differs }]));
      return { task: "trace", flags: tinyBut("--data", path), says: says(path) };
    }));
    await fail(folder, failures);
  }));
