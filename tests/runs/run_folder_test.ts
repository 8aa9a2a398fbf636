import { assertEquals } from "@std/assert";
import type { RunIdentity } from "../../lib/runs/identity.ts";
import { clearRuns, openJournal, RunFolder } from "../../lib/runs/run_folder.ts";
import type { Manifest } from "../../lib/files/manifest.ts";
import { SCREEN } from "../../lib/charts/spec.ts";
import { scoresChart as typedScoresChart } from "../../lib/study/evaluate/chart.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { MANIFEST } from "./run_folders.ts";
import { ofSomeColumns } from "../charts/fixtures.ts";

const scoresChart = ofSomeColumns(typedScoresChart);

const IDENTITY: RunIdentity = {
  command: "trace",
  options: { model: "clip", site: "resid", seed: "0" },
  versions: { kit: "0.1.0", deno: "2.9.6", onnxruntime: "1.27.0" },
  sources: {
    model: [{ file: "onnx/text_model.onnx", sha256: "0a" }],
    data: [{ file: "pairs.json", sha256: "1b" }],
  },
};

const FILES = ["evaluate.csv", "trace.csv"];

function manifestOf(identity: RunIdentity, finished: boolean): Manifest {
  return { ...MANIFEST, ...identity, files: [], finished };
}

async function inRun(use: (folder: RunFolder) => Promise<void>): Promise<void> {
  await inFolder(async (root) => {
    using folder = await RunFolder.create(`${root}/deep/run`);
    await use(folder);
  });
}

const namesOf = ({ path }: RunFolder) => namesIn(path).filter((name) => name !== ".lock");

async function writeFinished(folder: RunFolder, other: Partial<RunIdentity> = {}): Promise<void> {
  for (const name of FILES) await folder.writeFile(name, name);
  await folder.finish(manifestOf({ ...IDENTITY, ...other }, true));
}

/** Whether the run is finished in a folder; if not, the folder is opened for it, and left as it is. */
async function isFinished(path: string, identity = IDENTITY, overwrite = false): Promise<boolean> {
  using opened = await RunFolder.open(path, identity, { files: FILES, overwrite });
  return opened === undefined;
}

/** Writes a finished run, and unlocks its folder. */
async function withFinished(use: (path: string) => Promise<void>): Promise<void> {
  await inRun(async (folder) => {
    await writeFinished(folder);
    folder[Symbol.dispose]();
    await use(folder.path);
  });
}

Deno.test("a folder that was made for a run goes with it if the run leaves nothing in it", () =>
  inFolder(async (root) => {
    (await RunFolder.create(`${root}/run`))[Symbol.dispose]();
    assertEquals(namesIn(root), []);
    await Deno.mkdir(`${root}/mine`);
    (await RunFolder.create(`${root}/mine`))[Symbol.dispose]();
    using folder = await RunFolder.create(`${root}/full`);
    await folder.writeFile("summary.txt", "found\n");
    folder[Symbol.dispose]();
    assertEquals(namesIn(root), ["full", "mine"]);
  }));

Deno.test("begin() with overwrite removes the files of the earlier run and its pictures, and leaves others", () =>
  inRun(async (folder) => {
    const chart = scoresChart([], { sources: IDENTITY.sources });
    await folder.writeFile("heads.csv", "id\n");
    await folder.writeChart("selectivity", chart, { formats: ["svg"], preset: SCREEN });
    await folder.writeFile("summary.txt", "found\n");
    await folder.writeFile("report.html", "page");
    const attend = manifestOf({ ...IDENTITY, command: "attend" }, true);
    await folder.finish({ ...attend, files: folder.files });
    await Deno.writeTextFile(`${folder.path}/finished.jsonl`, ""); // the journal of a killed run
    await Deno.writeTextFile(`${folder.path}/evaluate.csv.partial`, "half");
    await Deno.symlink("notes.md", `${folder.path}/trace.csv.partial`);
    const mine = ["notes.md", "photo.jpg", "selectivity2.svg", "peaks.csv"];
    for (const name of mine) await Deno.writeTextFile(`${folder.path}/${name}`, "mine");
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: true });
    for (const name of FILES) await folder.writeFile(name, "new");
    assertEquals(namesOf(folder), [...FILES, ...mine, "manifest.json"].sort());
    assertEquals(await Deno.readTextFile(`${folder.path}/notes.md`), "mine");
  }));

Deno.test("begin() with overwrite names every file that was edited or that no run wrote, and removes nothing", () =>
  inRun(async (folder) => {
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: false });
    await folder.writeFile("evaluate.csv", "id\n");
    await folder.writeFile("summary.csv", "id\n");
    const chart = scoresChart([], { sources: IDENTITY.sources });
    await folder.writeChart("trace_map", chart, { formats: ["svg"], preset: SCREEN });
    await folder.finish({ ...manifestOf(IDENTITY, true), files: folder.files });
    folder[Symbol.dispose]();
    for (const name of ["summary.csv", "trace_map.svg", "trace.csv"]) {
      await Deno.writeTextFile(`${folder.path}/${name}`, "mine");
    }
    await Deno.remove(`${folder.path}/trace_map.vl.json`);
    await Deno.mkdir(`${folder.path}/trace_map.vl.json`);
    const before = namesOf(folder);
    const manifest = { ...manifestOf(IDENTITY, false), files: FILES };
    const works = [
      ["trace.csv, ", () => folder.begin(manifest, { overwrite: true })],
      ["trace.csv, ", () => isFinished(folder.path, IDENTITY, true)],
      ["", () => clearRuns([folder.path])],
    ] as const;
    for (const [other, work] of works) {
      const said = `own: ${other}summary.csv, trace_map.vl.json, trace_map.svg; move that away`;
      await assertRejectsCode(work as () => Promise<unknown>, "folder-taken", said);
      assertEquals(namesOf(folder), before);
    }
  }));

Deno.test("a manifest from elsewhere makes a run remove nothing outside its folder, and no file whose checksum it does not have", () =>
  withFinished(async (path) => {
    await Deno.writeTextFile(`${path}/../outside.csv`, "mine");
    await Deno.writeTextFile(`${path}/photo.png`, "mine");
    const manifest = JSON.parse(await Deno.readTextFile(`${path}/manifest.json`));
    const files = ["../outside.csv", "photo.png", ".", "manifest.json"];
    for (const finished of [true, false]) {
      const checksums = { ...manifest.checksums, "photo.png": "0a" };
      const text = JSON.stringify({ ...manifest, files: files.slice(0, 1), checksums, finished });
      await Deno.writeTextFile(`${path}/manifest.json`, text);
      await assertRejectsCode(() => clearRuns([path]), "folder-taken", "own: photo.png;");
    }
    await Deno.remove(`${path}/photo.png`);
    await clearRuns([path]);
    assertEquals([...Deno.readDirSync(path)], []);
    assertEquals(await Deno.readTextFile(`${path}/../outside.csv`), "mine");
  }));

Deno.test("files that a killed run has written are known to be its own", () =>
  inRun(async (folder) => {
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: false });
    await folder.writeFile("evaluate.csv", "written"); // here it is killed
    folder[Symbol.dispose]();
    assertEquals(await isFinished(folder.path), false);
    assertEquals(await isFinished(folder.path, { ...IDENTITY, command: "attend" }, true), false);
  }));

Deno.test("a manifest.json of another program is neither used nor replaced", () =>
  inRun(async (folder) => {
    const text = '{"name":"an app","files":["photo.jpg"]}';
    await Deno.writeTextFile(`${folder.path}/manifest.json`, text);
    folder[Symbol.dispose]();
    for (const overwrite of [true, false]) {
      const opening = () => isFinished(folder.path, IDENTITY, overwrite);
      await assertRejectsCode(opening, "run-edited", "a run's manifest: it is not one of a run");
    }
    assertEquals(await Deno.readTextFile(`${folder.path}/manifest.json`), text);
  }));

Deno.test("RunFolder.open() opens a run that was cut off or misses a file, and none that is finished", () =>
  inRun(async (folder) => {
    const { path } = folder;
    await assertRejectsCode(() => isFinished(path), "folder-in-use");
    await folder.writeManifest(manifestOf(IDENTITY, false));
    await assertRejectsCode(() => isFinished(path), "folder-in-use");
    await writeFinished(folder);
    assertEquals(await isFinished(path), true); // even if another process holds it
    folder[Symbol.dispose]();
    assertEquals(await isFinished(path), true);
    assertEquals(await isFinished(path, IDENTITY, true), false);
    await Deno.writeTextFile(`${path}/notes.txt`, "mine");
    await Deno.remove(`${path}/${FILES[0]}`);
    assertEquals(await isFinished(path), false);
    assertEquals(namesOf(folder), ["manifest.json", "notes.txt", "trace.csv"]);
  }));

Deno.test("RunFolder.open() names what differs from the run in the folder", () =>
  inRun(async (folder) => {
    const sets = `${"ab".repeat(200)} head 1.2`;
    const own = { ...IDENTITY, options: { ...IDENTITY.options, sets } };
    await folder.writeManifest(manifestOf(own, true));
    folder[Symbol.dispose]();
    const { options, versions, sources } = own;
    const others: readonly [Partial<RunIdentity>, string][] = [
      [{ command: "evaluate" }, 'its command is "trace", this run\'s is "evaluate"'],
      [{ options: { ...options, seed: "1" } }, 'its --seed is "0", this run\'s is "1"'],
      [{ options: { ...options, limit: "3" } }, 'its --limit is not given, this run\'s is "3"'],
      [
        { options: { model: "clip", seed: "0", sets } },
        'its --site is "resid", this run\'s is not',
      ],
      [
        { options: { ...options, sets: sets.replace("1.2", "1.3") } }, // of a long option: where it differs
        `its --sets is "…abababababab head 1.2…", this run's is "…abababababab head 1.3…"`,
      ],
      [{ versions: { ...versions, deno: "3.0.0" } }, 'its version of deno is "2.9.6", this run\'s'],
      [
        { sources: { ...sources, data: [{ file: "pairs.json", sha256: "2c" }] } },
        'its data file "pairs.json" has other content',
      ],
      [
        { sources: { ...sources, data: [...sources.data, { file: "run of trace", sha256: "3" }] } },
        'its data files are "pairs.json", this run\'s are "pairs.json, run of trace"',
      ],
    ];
    for (const [other, difference] of others) {
      const identity = { ...own, ...other };
      const opening = () => isFinished(folder.path, identity);
      await assertRejectsCode(opening, "folder-taken", `it holds another run, ${difference}`);
      assertEquals(await isFinished(folder.path, identity, true), false);
    }
  }));

Deno.test("RunFolder.open() ignores the order of options, and where the files are", () =>
  withFinished(async (path) => {
    const options = { seed: "0", site: "resid", model: "./clip", data: "/tmp/pairs.json" };
    assertEquals(await isFinished(path, { ...IDENTITY, options }), true);
  }));

Deno.test("RunFolder.open() refuses files that no run wrote only if they have its names", () =>
  inRun(async (folder) => {
    folder[Symbol.dispose]();
    await Deno.mkdir(folder.path);
    await Deno.writeTextFile(`${folder.path}/notes.txt`, "mine");
    assertEquals(await isFinished(folder.path), false);
    await Deno.writeTextFile(`${folder.path}/trace.csv`, "mine");
    for (const overwrite of [false, true]) {
      const opening = () => isFinished(folder.path, IDENTITY, overwrite);
      await assertRejectsCode(opening, "folder-taken", "to be the kit's own: trace.csv; move that");
    }
    assertEquals(await Deno.readTextFile(`${folder.path}/trace.csv`), "mine");
  }));

Deno.test("RunFolder.open() does not treat an unreadable manifest as a missing one", () =>
  inRun(async (folder) => {
    await Deno.mkdir(`${folder.path}/manifest.json`);
    const message =
      `Cannot read "${folder.path}/manifest.json" as a run's manifest: it is a folder`;
    await assertRejectsCode(() => isFinished(folder.path), "run-edited", message);
  }));

/** What identifies the run. */
const RUN = "0a1b";

const begin = () => Promise.resolve();

const inFile = (use: (path: string) => Promise<void>) =>
  inFolder((folder) => use(`${folder}/finished.jsonl`));

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

Deno.test("Journal refuses a folder or a file of its name that is no journal, and leaves it", () =>
  inFile(async (path) => {
    const refuses = async (...expected: readonly ["run-edited" | "file-not-written", string]) => {
      for (const resume of [true, false]) {
        const open = () => openJournal(path, { run: RUN, resume, begin });
        await assertRejectsCode(open, ...expected);
      }
    };
    await Deno.writeTextFile(path, "a list of my own\n");
    await refuses("run-edited", "it is not as the run wrote it; move it away");
    assertEquals(await Deno.readTextFile(path), "a list of my own\n");
    await Deno.remove(path);
    await Deno.mkdir(path);
    await refuses("file-not-written", `Cannot write "${path}": it is a folder`);
  }));

Deno.test("Journal starts empty unless it is resumed, begins before its first row, and keeps no row that JSON cannot hold", () =>
  inFile(async (path) => {
    let begun = 0;
    const begin = () => Promise.resolve(void begun++);
    await write(path, { before: [1] });
    using journal = await openJournal(path, { run: RUN, resume: false, begin });
    const kept = journal.phase("trace");
    await kept.keep("nan", [1, NaN]);
    assertEquals([begun, kept.size], [0, 0]);
    await kept.keep("a", [1]);
    await kept.keep("b", [2]);
    assertEquals([begun, kept.size], [1, 2]);
    const lines = ['["negscope journal","0a1b",[]]', '["trace","a",[1]]', '["trace","b",[2]]', ""];
    assertEquals((await Deno.readTextFile(path)).split("\n"), lines);
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
    const lengths = [1, 3000, 3000, 3000, 3000, 3000];
    assertEquals(["before", ...keys, "e"].map((key) => kept.get(key)?.length), lengths);
  }));

Deno.test("Journal leaves its file alone once it is closed", () =>
  inFile(async (path) => {
    const journal = await openJournal(path, { run: RUN, resume: false, begin });
    await journal.phase("trace").keep("a", [1]);
    const late = journal.phase("trace").keep("b", [2]);
    journal[Symbol.dispose]();
    await late;
    await journal.phase("trace").keep("c", [3]);
    const [, ...rows] = (await Deno.readTextFile(path)).split("\n");
    assertEquals(rows, ['["trace","a",[1]]', ""]);
  }));
