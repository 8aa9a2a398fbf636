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

Deno.test("Journal ignores at its end what it did not write, as a power cut may leave it", () =>
  inFile(async (path) => {
    await write(path, { a: [1] });
    const text = await Deno.readTextFile(path);
    const ends = ["\0\0\0", "[1]", '["trace","b",["1"]]', '["trace","b",[2],"00000000"]', "{}"];
    for (const line of ends) {
      await Deno.writeTextFile(path, `${text}${line}\n\0\n`);
      using journal = await openJournal(path, { run: RUN, resume: true, begin });
      assertEquals(journal.phase("trace").size, 1, line);
    }
  }));

Deno.test("Journal refuses a file in which a line was changed, however little, and one of another run", () =>
  inFile(async (path) => {
    await write(path, { a: [0.25], b: [2], c: [3] });
    const text = await Deno.readTextFile(path);
    const open = (run = RUN) => openJournal(path, { run, resume: true, begin });
    const edits = [["0.25", "0.26"], ['"a"', '"d"'], ['"trace","b"', '"images","b"'], [
      RUN,
      "0a1c",
    ]];
    for (const [old, fresh] of edits) {
      await Deno.writeTextFile(path, text.replace(old!, fresh!));
      const { message } = await assertRejectsCode(() => open(), "run-edited");
      assertEquals(
        message,
        `Cannot trust "${path}": it is not as the run wrote it; restore it, or delete it, and its rows are computed again`,
      );
      assertEquals(await Deno.readTextFile(path), text.replace(old!, fresh!));
    }
    await Deno.writeTextFile(path, text);
    using _own = await open();
    await assertRejectsCode(() => open("another run"), "run-edited");
  }));

Deno.test("Journal does not take a file without a whole first line for an empty one, unless a cut left it", () =>
  inFile(async (path) => {
    await write(path, { a: [1] });
    const text = await Deno.readTextFile(path);
    for (const other of [text.replaceAll("\n", "\r\n"), "notes\n", text.slice(1)]) {
      await Deno.writeTextFile(path, other);
      const open = () => openJournal(path, { run: RUN, resume: true, begin });
      await assertRejectsCode(open, "run-edited");
      assertEquals(await Deno.readTextFile(path), other);
    }
    for (const cut of ["", text.slice(0, 10), "\0\0\0"]) {
      await Deno.writeTextFile(path, cut);
      using journal = await openJournal(path, { run: RUN, resume: true, begin });
      assertEquals(journal.phase("trace").size, 0);
    }
  }));

Deno.test("Journal writes nothing where a link leads", () =>
  inFile(async (path) => {
    const victim = path.replace("finished.jsonl", "victim.txt");
    await Deno.writeTextFile(victim, "mine");
    await Deno.symlink(victim, path);
    await assertRejectsCode(
      () => openJournal(path, { run: RUN, resume: true, begin }),
      "link-in-the-way",
      `Cannot write "${path}": it is a link, and the kit writes only into its own files; remove the link, or choose another folder`,
    );
    await Deno.symlink(victim, `${path}.partial`);
    using journal = await openJournal(path, { run: RUN, resume: false, begin });
    await journal.phase("trace").keep("a", [1]);
    assertEquals(await Deno.readTextFile(victim), "mine");
    assertEquals((await Deno.lstat(path)).isFile, true);
  }));

Deno.test("Journal starts empty unless it is resumed", () =>
  inFile(async (path) => {
    await write(path, { a: [1], b: [2] });
    using journal = await openJournal(path, { run: RUN, resume: false, begin });
    assertEquals(journal.phase("trace").size, 0);
    await journal.phase("trace").keep("c", [3]);
    assertEquals((await Deno.readTextFile(path)).split("\n"), [
      '["negscope journal","0a1b",[],"d9036090"]',
      '["trace","c",[3],"cc3d2245"]',
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
      '["trace","a",[1],"5826e702"]',
      "",
    ]);
  }));

Deno.test("Journal reports that its file cannot be read or written", () =>
  inFile(async (path) => {
    await Deno.mkdir(path);
    const inTheWay =
      `Cannot write "${path}": a folder of that name is in the way; move it or write elsewhere`;
    const resumed = await assertRejectsCode(
      () => openJournal(path, { run: RUN, resume: true, begin }),
      "file-not-written",
    );
    assertEquals(resumed.message, inTheWay);
    using journal = await openJournal(path, { run: RUN, resume: false, begin });
    const kept = await assertRejectsCode(
      () => journal.phase("trace").keep("a", [1]),
      "file-not-written",
    );
    assertEquals(kept.message, inTheWay);
  }));
