import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { readSubjectSizes, withSubjectSizes } from "../../lib/data/read.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertEachThrows, assertRejectsCode } from "../error_codes.ts";

async function withFile(text: string, work: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, text);
    await work(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("readSubjectSizes() reads sizes by id, whatever other columns there are", async () => {
  const text = "phrase,subject_size,id\r\nsome cars,0.25,a\r\n,,b\r\na cat,1,'=c\r\n";
  await withFile(text, async (path) => {
    const { sizes, sha256, path: from } = await readSubjectSizes(onDisk(path));
    assertEquals([...sizes], [["a", 0.25], ["b", undefined], ["=c", 1]]);
    assertEquals([sha256, from], [sha256Text(text), path]);
  });
});

Deno.test("readSubjectSizes() refuses what is no file of sizes", async () => {
  const wrong: readonly [string, Parameters<typeof assertRejectsCode>[1], string][] = [
    ["id,size\na,.5\n", "data-columns-wrong", 'column "subject_size" is missing among id, size'],
    ["id,subject_size,id\n", "data-columns-wrong", 'Cannot read subject sizes from "'],
    ["id,subject_size\na\n", "row-wrong", "it has 1 fields, but the header has 2"],
    ['id,subject_size\n"a,.5\n', "file-malformed", "as CSV"],
    ["id,subject_size\na,.5\nb,1\na,.5\n", "row-wrong", 'id "a" of row 4 is already that of'],
    ["id,subject_size\na,1.5\n", "row-wrong", "must be a number from 0 to 1, but it is 1.5"],
    ["id,subject_size\na,0x1\n", "row-wrong", 'from 0 to 1, but it is "0x1"'],
    ["id;subject_size\na;0,5\n", "data-format-unknown", "its cells are separated by semicolons"],
    ["id,subject_size\na,half\n", "row-wrong", 'row 2 from "'],
  ];
  for (const [text, code, message] of wrong) {
    await withFile(text, async (path) => {
      await assertRejectsCode(() => readSubjectSizes(onDisk(path)), code, message);
    });
  }
  const read = () => readSubjectSizes(onDisk("there/is/none.csv"));
  const says = 'sizes from "there/is/none.csv": there is no such file; check the path given for';
  await assertRejectsCode(read, "file-unreadable", says);
});

const pair = (id: string, more: Partial<Pair> = {}): Pair => ({
  ...{ id, image: "a.png", negation: "foil", caption: "There is a cat.", foil: "There is no cat." },
  ...more,
});

Deno.test("withSubjectSizes() replaces all sizes of the data by those of the file", () => {
  const pairs = [pair("a", { subjectSize: 0.9 }), pair("b", { subjectSize: 0.8 }), pair("c")];
  const dropped = [{ id: "d", reason: "too long" }];
  const sizes = new Map([["c", 0.1], ["a", 0.2], ["b", undefined], ["d", 0.3]]);
  const given = { path: "sizes.csv", sha256: "", sizes };
  assertEquals(withSubjectSizes({ pairs, dropped }, given), [
    ...[pair("a", { subjectSize: 0.2 }), pair("b"), pair("c", { subjectSize: 0.1 })],
  ]);
});

Deno.test("withSubjectSizes() refuses sizes of other data", () => {
  const join = (sizes: readonly (readonly [string, number | undefined])[]) =>
    withSubjectSizes({ pairs: [pair("a")], dropped: [{ id: "d", reason: "" }] }, {
      ...{ path: "sizes.csv", sha256: "", sizes: new Map(sizes) },
    });
  assertEachThrows("not-comparable", [
    [() => join([["a", 0.1], ["x", 0.2]]), 'the data have no row "x"; give the file'],
    [
      () => join([["a", 0.1], ["x", 0.2], ["y", 0.3]]),
      'the data have no row "x" nor the other 1 of its ids',
    ],
    [() => join([["a", undefined], ["d", 0.2]]), "it has no size for any row that is used"],
  ]);
});
