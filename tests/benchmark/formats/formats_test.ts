import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { readBenchmark } from "../../../lib/benchmark/formats/all.ts";
import { CCNEG } from "../../../lib/benchmark/formats/sets.ts";
import { Dict, List, type Value } from "../../../lib/checkpoint/torch/values.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { parsePythonTexts } from "../../../lib/benchmark/formats/format.ts";

const FILES = new URL("../../fixtures/benchmarks/", import.meta.url);
const ANSWERS: Readonly<Record<string, { readonly right: number[] }>> = JSON.parse(
  Deno.readTextFileSync(new URL("golden/answers.json", FILES)),
);

/** The forms of the files, by name; the golden values of `ccneg` are of the file as it stands. */
const FORMS = [
  ["negbench_mcq.csv", "negbench-mcq"],
  ["negrefcocog.json", "negrefcocog"],
  ["crepe.csv", "crepe"],
  ["sugarcrepe.json", "sugarcrepe"],
  ["aro_relation.json", "aro"],
  ["ccneg_preprocessed.pt", "ccneg"],
  ["whatsup.json", "whatsup"],
  ["valse_counting.json", "valse"],
  ["choices.csv", "list"],
] as const;

function read(file: string, published = false) {
  const bytes = Deno.readFileSync(new URL(`files/${file}`, FILES));
  return readBenchmark(bytes, { source: file, published });
}

function readText(text: string, name?: string, published = false) {
  const bytes = new TextEncoder().encode(text);
  return readBenchmark(bytes, { source: "rows", published, name });
}

Deno.test("every file is recognised, and its rows have the right answers of the oracle", () => {
  for (const [file, form] of FORMS) {
    const { format, choices, bad, leftOut, rows } = read(file);
    const golden = file.replace(/\.\w+$/, "").replace("ccneg_preprocessed", "ccneg");
    assertEquals([format.name, bad, leftOut], [form, [], []]);
    assertEquals(choices.map(({ right }) => right), ANSWERS[golden]!.right, file);
    assertEquals([choices.length, choices.map(({ row }) => row)], [rows, [...choices.keys()]]);
  }
});

Deno.test("SimpleNeg is told from What'sUp's questions, and has a sentence in place of a picture", () => {
  const { format, choices } = read("simpleneg.json");
  assertEquals([format.name, choices.length], ["simpleneg", 8]);
  const { pictures, query, sentences, right, negator } = choices[2]!;
  assertEquals([pictures, query, right, negator], [[], "a dog with no collar", 0, "no"]);
  assertEquals(sentences, ["is there a dog?", "does the dog wear a collar?"]);
  const questions = read("whatsup_qa.json");
  assertEquals(questions.format.name, "whatsup-qa");
  assertEquals(questions.choices[0]!.pictures, [{ image: "photo" }]);
});

Deno.test("NegBench's retrieval file has captions and objects as lists that Python wrote", () => {
  const { retrieval, choices } = read("negbench_retrieval.csv");
  assertEquals([retrieval.length, choices.length], [5, 0]);
  assertEquals(retrieval[0], {
    ...{ id: "0", row: 0, where: "row 2" },
    pictures: [{ image: "data/coco/images/val2017/grey.png" }],
    sentences: ["it's a bed dog.", 'a "cow", no bed', "no cup"],
    present: ["cow", "bed"],
    absent: ["bed", "bus"],
  });
});

Deno.test("CC-Neg's lists must have equally many items", () => {
  const file = (images: number) => {
    const paths = list(Array(images).fill("a.jpg"));
    const value = dict("image_paths", paths, "annotations", list(Array(3).fill(ANNOTATION)));
    return { kind: "torch", value } as const;
  };
  const rows = (images: number) => CCNEG.read(file(images), { source: "c.pt", published: false });
  assertEquals([rows(3).choices.length, rows(3).bad], [3, []]);
  for (const images of [0, 2, 4]) {
    const said = `Cannot read benchmark "c.pt": it has ${images} image_paths and 3 annotations`;
    assertThrowsCode(() => rows(images), "data-format-unknown", said);
  }
});

Deno.test("a row of CC-Neg's test has its place in the whole file, as a number from 0 and an id, and in messages from 1", () => {
  const count = 40_002; // the last 40,000 are the test
  const images: string[] = Array(count).fill("a.jpg");
  images[3] = "";
  const value = dict(
    ...["image_paths", list(images), "annotations", list(Array(count).fill(ANNOTATION))],
  );
  const read = CCNEG.read({ kind: "torch", value }, { source: "c.pt", published: false });
  assertEquals(read.choices.slice(0, 2).map(({ id, row }) => [id, row]), [["2", 2], ["4", 4]]);
  assertEquals(read.bad.map(({ id, where }) => [id, where]), [["3", "row 4"]]);
});

function dict(...flat: Value[]): Dict {
  const made = new Dict();
  made.flat.push(...flat);
  return made;
}

function list(items: readonly Value[]): List {
  const made = new List();
  made.items.push(...items);
  return made;
}

const ANNOTATION = dict(
  ...["json", dict("caption", "A dog."), "sop_data", dict("negative-prompt", "No dog.")],
);

Deno.test("options are in the order of their numbers, whatever the order of the columns, and none may be missing", () => {
  const places = [10, 2, 0, 1, 3, 4, 5, 6, 7, 8, 9];
  const columns = ["image_path", "correct_answer", ...places.map((place) => `caption_${place}`)];
  const cells = ["a.jpg", "2", ...places.map((place) => `sentence ${place}`)];
  const negbench = readText(`${columns}\n${cells}\n`).choices[0]!;
  assertEquals(negbench.sentences, [...places.keys()].map((place) => `sentence ${place}`));
  assertEquals(negbench.sentences[negbench.right], "sentence 2");
  const list = readText("option_2,image,answer,option_1,option_3\ny,a.jpg,2,x,\n").choices[0]!;
  assertEquals([list.sentences, list.right], [["x", "y"], 1]);
  const json = readText('[{"image":"a.jpg","answer":1,"option_2":"y","option_1":"x"}]');
  assertEquals(json.choices[0]!.sentences, ["x", "y"]);
  const reasons = (text: string) => readText(text).bad.map(({ problems }) => problems[0]!.reason);
  assertEquals(reasons("image_path,correct_answer,caption_0,caption_2\na.jpg,0,x,y\n"), [
    'it lacks "caption_1", but has caption_0, caption_2',
  ]);
});

Deno.test("rows that a rule of the set leaves out have a reason", () => {
  const row = (caption: string, foil: string, agreeing: number, piece = "existence") => ({
    image_file: "a.jpg",
    caption,
    foil,
    linguistic_phenomena: piece,
    mturk: { caption: agreeing },
  });
  const rows = {
    a: row("There is a cat.", "There is no cat.", 3),
    b: row("There is a dog.", "There is no dog.", 1),
    d: row("There is a cow.", "There is no cow.", 0),
    c: row("A man sits. Is he old? No.", "A man sits. Is he old? Yes.", 3, "coreference"),
  };
  const { choices, leftOut, rows: count } = readText(JSON.stringify(rows));
  assertEquals(choices.map(({ id, row, negator }) => ({ id, row, negator })), [
    { id: "a", row: 0, negator: "no" },
  ]);
  assertEquals(count, 4);
  assertEquals(leftOut, [
    { reason: "fewer than 2 annotators agree with the caption", n: 2, ids: ["b", "d"] },
    { reason: '"no" is an answer, and negates nothing', n: 1, ids: ["c"] },
  ]);
  const published = readText(JSON.stringify(rows), undefined, true);
  assertEquals(published.choices.map(({ id }) => id), ["a", "b", "d", "c"]);
  assertEquals(published.leftOut, []);
});

Deno.test("a row with a wrong value is noted, and a file of no form or of several is refused", () => {
  const { bad } = readText(
    "id,image,answer,option_1,option_2\na,a.jpg,3,x,y\nb,b.jpg,1,x,y\nb,c.jpg,1,x,y\n",
  );
  assertEquals(bad.map(({ id, problems }) => [id, problems[0]!.reason]), [
    ["a", '"answer" must be a whole number from 1 to 2, but it is 3'],
    ["b", 'its id "b" is not unique'],
  ]);
  const none = 'it has the form of none that is known; its columns are "a", "b"; expected CSV with';
  assertThrowsCode(() => readText("a,b\n1,2\n"), "data-format-unknown", none);
  const noCsv =
    /^(?!.*(?:JSON object|torch file)).*its first row is a list of 2; expected a JSON array/;
  const { message } = assertThrowsCode(() => readText('[["a.jpg", "b"]]'), "data-format-unknown");
  assertMatch(message, noCsv);
  const asAro = () => readText("image_path,correct_answr\na,1\n", "aro");
  assertThrowsCode(asAro, 'data-format-unknown: its columns are "image_path", "correct_answr"');
  for (const text of ["[]", "{}", "image_path,correct_answer,caption_0\n"]) {
    assertThrowsCode(() => readText(text), "rows-too-few: it has no rows");
  }
  const both =
    '[{"image_path":"a","bbox_x":0,"bbox_y":0,"bbox_w":1,"bbox_h":1,"true_caption":"b","false_caption":"c","caption_options":["b","c"]}]';
  assertThrowsCode(
    () => readText(both),
    "data-format-unknown: it has several forms at once; expected --benchmark whatsup or aro",
  );
  assertEquals(readText(both, "whatsup").choices[0]!.sentences, ["b", "c"]);
  assertThrowsCode(() => readText(both, "crepe"), "data-format-unknown: as CREPE");
  assertThrowsCode(() => readText(both, "cripe"), 'name-unknown: of the form "cripe"');
});

Deno.test("messages name rows without ids by their numbers in the file, as those of other tasks do", () => {
  const { bad } = readText("image,answer,option_1,option_2\na.jpg,1,x,y\nb.jpg,3,x,y\nc.jpg,1,x\n");
  assertEquals(bad.map(({ where }) => where), ["row 3", "row 4"]);
  assertEquals(bad.map(({ problems }) => problems[0]!.problem), [
    'Cannot read row 3 from "rows"',
    'Cannot read row 4 from "rows"',
  ]);
});

/** Texts as Python 3.12's `repr` writes them, with the values as JSON. */
const WRITTEN = [
  [
    `["A book; it's alpha.", 'A "horse" with no bench.']`,
    `["A book; it's alpha.","A \\"horse\\" with no bench."]`,
  ],
  [
    `['it\\'s "so"', '\\\\', '\\t\\n\\x07', 'é', '\\u200b', '\\U0001f600']`,
    `["it's \\"so\\"","\\\\","\\t\\n\\u0007","é","\\u200b","😀"]`,
  ],
  ["[]", "[]"],
  [" [ 'a' ,\n'b', ] ", `["a","b"]`],
] as const;

Deno.test("parsePythonTexts() reads what Python's repr writes", () => {
  for (const [text, json] of WRITTEN) assertEquals(parsePythonTexts(text), JSON.parse(json), text);
});

Deno.test("parsePythonTexts() refuses everything else", () => {
  const wrong = [
    ...["", "[", "['a", "['a' 'b']", "[1]", "['a',,'b']", "{'a': 1}", "a", "print(1)", "'a'"],
    ...[
      "['a'] + ['b']",
      "[__import__('os')]",
      "['\\U00110000']",
      "['\\xg0']",
      "['a']]",
      "[b'x']",
      "['\\q']",
    ],
    ...["[['a']]", "('a',)", "[,]"],
  ];
  for (const text of wrong) assertThrows(() => parsePythonTexts(text), SyntaxError, "", text);
});

Deno.test("BEAF's blocks are a picture and its copy without the object, and what a row lacks for one is said", () => {
  const question = (image: string, object: string, gt: string, more: object = {}) => ({
    ...{ image, question: `Is there ${object} in the image?`, gt },
    ...{ orig_img: !/_\d/.test(image), removed_q: true, ...more },
  });
  const whole = question("a.jpg", "an oven", "yes");
  const { choices, bad, leftOut } = readText(JSON.stringify([
    whole,
    question("a_00.png", "an oven", "no"),
    question("a_01.png", "an oven", "yes"),
    question("a_00.png", "a cup", "no", { removed_q: false }),
    question("b_00.png", "a cup", "no"),
    question("a_00.png", "an oven", "no", { removed_q: "True" }),
    { ...whole, question: "What is it?" },
    { ...question("a_00.png", "", "no"), question: "What is it?" },
  ]));
  assertEquals(choices, [{
    ...{ id: "1", row: 1, where: "row 2", right: 0, group: "oven", negator: "no" },
    pictures: [{ image: "a.jpg" }, { image: "a_00.png" }],
    sentences: ["There is an oven in the image.", "There is no oven in the image."],
  }]);
  const reason = "it asks about no object that was removed from its picture";
  assertEquals(leftOut, [{ reason, n: 4, ids: ["0", "2", "3", "6"] }]);
  assertEquals(bad.map(({ id, problems }) => [id, problems[0]!.reason]), [
    ["4", 'no row asks "Is there a cup in the image?" of "b.jpg", with the answer yes'],
    ["5", '"orig_img" and "removed_q" must be true or false'],
    ["7", '"What is it?" is not "Is there a …?"'],
  ]);
});

Deno.test("a file of lines of JSON is read as a list, and one in Parquet is refused with what to do", () => {
  const row = { image_0: "a", image_1: "b", caption_0: "x", caption_1: "y" };
  const lines = [row, { ...row, caption_1: "" }, row].map((row) => JSON.stringify(row));
  for (const text of [lines.join("\n"), `${lines.join("\r\n")}\r\n`, `[${lines.join()}]`]) {
    const { format, choices, bad } = readText(text);
    assertEquals([format.name, choices.map(({ row }) => row)], ["winoground", [0, 2]]);
    assertEquals(bad.map(({ problems }) => problems[0]!.reason), [
      '"caption_1" must be a text that is not empty, but it is ""',
    ]);
  }
  assertThrowsCode(() => readText(`${lines[0]}\n{"image_0"`), "file-malformed: line 2");
  const parquet = new Uint8Array([...new TextEncoder().encode("PAR1"), 0xff]);
  const reading = () => readBenchmark(parquet, { source: "test.parquet", published: false });
  assertThrowsCode(
    reading,
    "data-format-unknown: it is in Parquet; expected CSV, JSON, or the file",
  );
});
