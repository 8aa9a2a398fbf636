import { assertEquals } from "@std/assert";
import { openJournal } from "../../../lib/runs/folder/journal.ts";
import { assertRejectsCode } from "../../error_codes.ts";

/** What identifies the run. */
const RUN = "0a1b";

const begin = () => Promise.resolve();

async function inFile(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(`${folder}/finished.jsonl`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(path: string, rows: Readonly<Record<string, number[]>>): Promise<void> {
  using journal = await openJournal(path, { run: RUN, resume: true, begin });
  for (const [key, values] of Object.entries(rows)) await journal.phase("trace").keep(key, values);
}

Deno.test("Journal keeps every bit of float64 and float32 numbers, by phase", () =>
  inFile(async (path) => {
    const doubles = [0.1 + 0.2, -1 / 3, 5e-324, 1.7976931348623157e308, 2 ** 53, 0];
    const floats = Float32Array.of(0.1, 1 / 3, 1e-45, 3.4028234663852886e38);
    {
      using journal = await openJournal(path, { run: RUN, resume: false, begin });
      await journal.phase("trace").keep("a", doubles);
      await journal.phase("images").keep("a", floats);
    }
    using journal = await openJournal(path, { run: RUN, resume: true, begin });
    assertEquals(journal.phase("trace").get("a"), doubles);
    assertEquals(Float32Array.from(journal.phase("images").get("a")!), floats);
    assertEquals(journal.phase("trace").get("b"), undefined);
    assertEquals([journal.phase("trace").size, journal.phase("other").size], [1, 0]);
  }));

Deno.test("Journal ignores a last line that was cut off at any byte, and writes on after the whole lines", () =>
  inFile(async (path) => {
    await write(path, { a: [1, 2] });
    const whole = await Deno.readFile(path);
    await write(path, { "ß": [3.5] });
    const both = await Deno.readFile(path);
    for (let length = whole.length; length < both.length; length++) {
      await Deno.writeFile(path, both.subarray(0, length));
      await write(path, { c: [4] });
      using journal = await openJournal(path, { run: RUN, resume: true, begin });
      const kept = journal.phase("trace");
      assertEquals([kept.size, kept.get("a"), kept.get("c")], [2, [1, 2], [4]], `cut at ${length}`);
    }
  }));

Deno.test("Journal leaves out a line that is none with all after it, and the rows of another run", () =>
  inFile(async (path) => {
    await write(path, { a: [1] });
    const text = await Deno.readTextFile(path);
    for (const line of ["\0\0\0", "[1]", '["trace","b",["1"]]', "{}"]) {
      await Deno.writeTextFile(path, `${text}${line}\n["trace","c",[3]]\n`);
      await write(path, { d: [4] });
      assertEquals(await Deno.readTextFile(path), `${text}["trace","d",[4]]\n`, line);
    }
    using other = await openJournal(path, { run: "another", resume: true, begin });
    assertEquals(other.phase("trace").size, 0);
  }));

Deno.test("Journal refuses a file of its name that is no journal, and leaves it", () =>
  inFile(async (path) => {
    await Deno.writeTextFile(path, "a list of my own\n");
    for (const resume of [true, false]) {
      const open = () => openJournal(path, { run: RUN, resume, begin });
      await assertRejectsCode(open, "run-edited", "it is not as the run wrote it; move it away");
    }
    assertEquals(await Deno.readTextFile(path), "a list of my own\n");
  }));

Deno.test("Journal starts empty unless it is resumed", () =>
  inFile(async (path) => {
    await write(path, { a: [1], b: [2] });
    using journal = await openJournal(path, { run: RUN, resume: false, begin });
    assertEquals(journal.phase("trace").size, 0);
    await journal.phase("trace").keep("c", [3]);
    assertEquals((await Deno.readTextFile(path)).split("\n"), [
      '["negscope journal","0a1b",[]]',
      '["trace","c",[3]]',
      "",
    ]);
  }));

Deno.test("Journal begins before its first row, and keeps no row that JSON cannot hold", () =>
  inFile(async (path) => {
    const told: string[] = [];
    using journal = await openJournal(path, {
      run: RUN,
      resume: false,
      begin: () => {
        told.push("begin");
        return Promise.resolve();
      },
    });
    const kept = journal.phase("trace");
    await kept.keep("nan", [1, NaN]);
    assertEquals([told, kept.size], [[], 0]);
    await kept.keep("a", [1]);
    await kept.keep("b", [2]);
    assertEquals([told, kept.size], [["begin"], 2]);
  }));

Deno.test("Journal keeps each of several rows finished at the same time whole, and begins once", () =>
  inFile(async (path) => {
    await write(path, { before: [0] });
    let begun = 0;
    const later = async () => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const values = Array.from({ length: 3000 }, (_, i) => i / 7);
    const keys = ["a", "b", "c", "d"];
    {
      using journal = await openJournal(path, { run: RUN, resume: true, begin: later });
      const kept = journal.phase("trace");
      await Promise.all(keys.map((key) => kept.keep(key, values)));
      await kept.keep("e", values);
    }
    assertEquals(begun, 1);
    using journal = await openJournal(path, { run: RUN, resume: true, begin });
    const kept = journal.phase("trace");
    assertEquals(["before", ...keys, "e"].map((key) => kept.get(key)?.length), [
      1,
      ...[...keys, "e"].map(() => values.length),
    ]);
  }));

Deno.test("Journal leaves its file alone once it is closed", () =>
  inFile(async (path) => {
    const journal = await openJournal(path, { run: RUN, resume: false, begin });
    await journal.phase("trace").keep("a", [1]);
    const late = journal.phase("trace").keep("b", [2]);
    journal[Symbol.dispose]();
    await late;
    await journal.phase("trace").keep("c", [3]);
    assertEquals((await Deno.readTextFile(path)).split("\n").slice(1), [
      '["trace","a",[1]]',
      "",
    ]);
  }));

Deno.test("Journal reports that its file cannot be read or written", () =>
  inFile(async (path) => {
    await Deno.mkdir(path);
    for (const resume of [true, false]) {
      const open = () => openJournal(path, { run: RUN, resume, begin });
      await assertRejectsCode(open, "file-not-written", `Cannot write "${path}": it is a folder`);
    }
  }));
