import { assertEquals, assertStringIncludes } from "@std/assert";
import { RunFolder, type RunIdentity } from "../../../lib/runs/folder/run_folder.ts";
import type { Manifest } from "../../../lib/files/manifest.ts";
import { writeManifest } from "../../../lib/files/sealed_manifest.ts";
import { sha256Text } from "../../../lib/files/sha256.ts";
import { SCREEN } from "../../../lib/charts/venues.ts";
import { scoresChart as typedScoresChart } from "../../../lib/study/evaluate/chart.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { ofSomeColumns } from "../../charts/fixtures.ts";

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
  const rows = { read: 8, kept: 8, dropped: [] };
  return {
    ...identity,
    seed: 0,
    rows,
    files: [],
    finished,
    start: "2024-01-01T00:00:00Z",
    seconds: {},
  };
}

async function inFolder(use: (folder: RunFolder) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    using folder = await RunFolder.create(`${root}/deep/run`);
    await use(folder);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function namesIn({ path }: RunFolder): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name)
    .filter((name) => name !== ".lock").sort();
}

async function writeFinished(folder: RunFolder, other: Partial<RunIdentity> = {}): Promise<void> {
  for (const name of FILES) await folder.writeFile(name, name);
  await folder.finish(manifestOf({ ...IDENTITY, ...other }, true));
}

function finished(folder: RunFolder, identity = IDENTITY, overwrite = false): Promise<boolean> {
  return folder.holdsFinished(identity, { files: FILES, overwrite });
}

Deno.test("RunFolder.create() keeps others out of the folder until it is disposed of", () =>
  inFolder(async (folder) => {
    assertEquals(namesIn(folder), []);
    const { message } = await assertRejectsCode(
      () => RunFolder.create(folder.path),
      "folder-in-use",
    );
    assertStringIncludes(message, "another process is writing into it");
    folder[Symbol.dispose]();
    using again = await RunFolder.create(folder.path);
    assertEquals(again.path, folder.path);
  }));

Deno.test("a folder that was made for a run goes with it if the run leaves nothing in it", async () => {
  const root = await Deno.makeTempDir();
  try {
    const names = () => [...Deno.readDirSync(root)].map(({ name }) => name);
    (await RunFolder.create(`${root}/run`))[Symbol.dispose]();
    assertEquals(names(), []);
    await Deno.mkdir(`${root}/mine`);
    (await RunFolder.create(`${root}/mine`))[Symbol.dispose]();
    assertEquals(names(), ["mine"]);
    using folder = await RunFolder.create(`${root}/full`);
    await folder.writeFile("summary.txt", "found\n");
    folder[Symbol.dispose]();
    assertEquals(names().sort(), ["full", "mine"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

/** Gives the run's manifest.json other values and the checksum that fits. */
async function reseal(folder: RunFolder, changes: Partial<Manifest>): Promise<void> {
  const path = `${folder.path}/manifest.json`;
  const { sha256: _, ...manifest } = JSON.parse(await Deno.readTextFile(path));
  await writeManifest(path, { ...manifest, ...changes });
}

Deno.test("begin() removes what an earlier run left half written, and nothing else", () =>
  inFolder(async (folder) => {
    const others = ["attention.csv", "rows.csv.partial", "notes.txt"];
    for (const name of [...others, "evaluate.csv.partial"]) {
      await Deno.writeTextFile(`${folder.path}/${name}`, "old");
    }
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: false });
    assertEquals(namesIn(folder), [...others, "manifest.json"].sort());
    assertEquals(await folder.holdsUnfinished(), true);
  }));

Deno.test("begin() with overwrite removes the files of the earlier run and its pictures, and leaves others", () =>
  inFolder(async (folder) => {
    const chart = scoresChart([], { sources: IDENTITY.sources });
    await folder.writeTable({ name: "heads", columns: ["id"], rows: [] });
    await folder.writeChart("selectivity", chart, { formats: ["svg"], preset: SCREEN });
    await folder.writeFile("summary.txt", "found\n");
    await folder.writeReport("page");
    const attend = manifestOf({ ...IDENTITY, command: "attend" }, true);
    await folder.finish({ ...attend, files: folder.files });
    await Deno.writeTextFile(`${folder.path}/finished.jsonl`, ""); // the journal of a killed run
    const mine = ["notes.md", "photo.jpg", "selectivity2.svg", "peaks.csv"];
    for (const name of mine) await Deno.writeTextFile(`${folder.path}/${name}`, "mine");
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: true });
    assertEquals(namesIn(folder), [...mine, "manifest.json"].sort());
  }));

Deno.test("begin() with overwrite names every file that was edited or that no run wrote, and removes nothing", () =>
  inFolder(async (folder) => {
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: false });
    await folder.writeTable({ name: "evaluate", columns: ["id"], rows: [] });
    await folder.writeTable({ name: "summary", columns: ["id"], rows: [] });
    const chart = scoresChart([], { sources: IDENTITY.sources });
    await folder.writeChart("trace_map", chart, { formats: ["svg"], preset: SCREEN });
    await folder.finish({ ...manifestOf(IDENTITY, true), files: folder.files });
    await Deno.writeTextFile(`${folder.path}/finished.jsonl`, "a list of my own");
    for (const name of ["summary.csv", "trace_map.svg", "trace.csv"]) {
      await Deno.writeTextFile(`${folder.path}/${name}`, "mine");
    }
    await Deno.remove(`${folder.path}/trace_map.vl.json`);
    await Deno.mkdir(`${folder.path}/trace_map.vl.json`);
    const before = namesIn(folder);
    const begin = () =>
      folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: true });
    for (const work of [begin, () => finished(folder, IDENTITY, true)]) {
      const { message } = await assertRejectsCode(work, "folder-taken");
      assertEquals(
        message,
        `Cannot write into "${folder.path}": it holds what is not known to be the kit's own: trace.csv, finished.jsonl, summary.csv (changed since it was written), trace_map.vl.json (a folder), trace_map.svg (changed since it was written); move that away, or choose another folder (--out)`,
      );
      assertEquals(namesIn(folder), before);
    }
  }));

Deno.test("a resealed manifest of an unfinished run makes --overwrite remove nothing that the run has not written", () =>
  inFolder(async (folder) => {
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: false });
    await folder.writeFile("trace.csv", "written");
    const mine = ["notes.md", "package.json", "photo.png", "a b.csv", "thesis-data.csv"];
    for (const name of mine) await Deno.writeTextFile(`${folder.path}/${name}`, "mine");
    await Deno.writeTextFile(`${folder.path}/../outside.csv`, "mine");
    const listed = [...FILES, ...mine, "../outside.csv", ".", "gone.csv"];
    const sum = sha256Text("mine"); // whoever seals it anew may know what is in the files
    const sums = Object.fromEntries([...mine, "../outside.csv"].map((name) => [name, sum]));
    await reseal(folder, {
      ...{ files: listed, pictures: { "photo.png": sum } },
      checksums: { ...sums, "trace.csv": sha256Text("written") },
    });
    await folder.begin({ ...manifestOf(IDENTITY, false), files: [] }, { overwrite: true });
    assertEquals(namesIn(folder), [...mine, "manifest.json"].sort());
    assertEquals(await Deno.readTextFile(`${folder.path}/../outside.csv`), "mine");
    const settings = ["package.json"]; // nor do those of an experiment of somebody's own
    await reseal(folder, { code: "abc", files: settings, checksums: sums });
    await Deno.remove(`${folder.path}/thesis-data.csv`); // whose name such an experiment may give
    await folder.begin({ ...manifestOf(IDENTITY, false), files: [] }, { overwrite: true });
    assertEquals(await Deno.readTextFile(`${folder.path}/package.json`), "mine");
    await Deno.writeTextFile(`${folder.path}/evaluate.csv`, "mine");
    await reseal(folder, { files: FILES });
    await assertRejectsCode(
      () => folder.begin({ ...manifestOf(IDENTITY, false), files: [] }, { overwrite: true }),
      "folder-taken",
      "not known to be the kit's own: evaluate.csv;",
    );
    assertEquals(await Deno.readTextFile(`${folder.path}/evaluate.csv`), "mine");
  }));

Deno.test("files that a killed run has written are known to be its own, and one that was edited since is not replaced", () =>
  inFolder(async (folder) => {
    const manifest = { ...manifestOf(IDENTITY, false), files: FILES };
    await folder.begin(manifest, { overwrite: false });
    await folder.writeFile("evaluate.csv", "written"); // here it is killed
    assertEquals(await finished(folder), false);
    assertEquals(await finished(folder, { ...IDENTITY, command: "attend" }, true), false);
    await Deno.writeTextFile(`${folder.path}/evaluate.csv`, "mine");
    for (const overwrite of [false, true]) {
      await assertRejectsCode(
        () => finished(folder, IDENTITY, overwrite),
        "folder-taken",
        "evaluate.csv (changed since it was written)",
      );
    }
  }));

Deno.test("begin() with overwrite removes nothing that an edited manifest names", () =>
  inFolder(async (folder) => {
    await writeFinished(folder);
    const path = `${folder.path}/manifest.json`;
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace('"seed": 0', '"seed": 1'));
    await assertRejectsCode(
      () => folder.begin({ ...manifestOf(IDENTITY, false), files: [] }, { overwrite: true }),
      "run-edited",
      `Cannot trust "${path}": it is not as the run wrote it; restore it, or repeat its run in another folder (--out)`,
    );
    assertEquals(namesIn(folder), [...FILES, "manifest.json"].sort());
  }));

Deno.test("a run writes nothing into a folder that has taken the place of its own", () =>
  inFolder(async (folder) => {
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: false });
    const victim = `${folder.path}-victim`;
    await Deno.mkdir(victim);
    await Deno.rename(folder.path, `${folder.path}-moved`);
    await Deno.symlink(victim, folder.path);
    const works = [
      () => folder.writeFile("summary.txt", "found\n"),
      () => folder.begin(manifestOf(IDENTITY, false), { overwrite: true }),
      () => folder.finish(manifestOf(IDENTITY, true)),
    ];
    for (const work of works) {
      await assertRejectsCode(
        work,
        "file-not-written",
        "another folder, or a link, has taken its place",
      );
    }
    folder[Symbol.dispose]();
    assertEquals([...Deno.readDirSync(victim)], []);
  }));

Deno.test("RunFolder.open() follows no link below the folder that is named, and one to it", () =>
  inFolder(async ({ path }) => {
    const victim = `${path}/victim`;
    using first = await RunFolder.create(victim);
    await writeFinished(first);
    first[Symbol.dispose]();
    const before = [...Deno.readDirSync(victim)].map(({ name }) => name);
    await Deno.symlink(victim, `${path}/part`);
    await Deno.symlink("nowhere", `${path}/dangling`);
    for (const overwrite of [false, true]) {
      for (const name of ["part", "dangling", "part/below"]) {
        const opened = RunFolder.open(`${path}/${name}`, IDENTITY, {
          files: FILES,
          overwrite,
          within: path,
        });
        await assertRejectsCode(() => opened, "link-in-the-way", "it is a link");
      }
    }
    assertEquals([...Deno.readDirSync(victim)].map(({ name }) => name), before);
    await Deno.writeTextFile(`${path}/file`, "mine");
    await assertRejectsCode(
      () =>
        RunFolder.open(`${path}/file`, IDENTITY, { files: FILES, overwrite: true, within: path }),
      "file-not-written",
    );
    assertEquals(
      await RunFolder.open(`${path}/part`, IDENTITY, { files: FILES, overwrite: false }),
      undefined,
    );
  }));

Deno.test("RunFolder.open() says before the first run in a folder that other files lie there", () =>
  inFolder(async ({ path }) => {
    const other = `${path}/../photographs`;
    const said: string[] = [];
    const options = { files: FILES, overwrite: false, say: (line: string) => said.push(line) };
    using empty = (await RunFolder.open(`${path}/new`, IDENTITY, options))!;
    assertEquals([said, typeof empty.path], [[], "string"]);
    await Deno.mkdir(other);
    for (const name of ["a.jpg", "b.jpg"]) await Deno.writeTextFile(`${other}/${name}`, "");
    {
      using folder = (await RunFolder.open(other, IDENTITY, options))!;
      await folder.writeManifest(manifestOf(IDENTITY, false));
    }
    using _again = await RunFolder.open(other, IDENTITY, options);
    assertEquals(said, [
      `${other} holds 2 other files or folders already; the run's files are written beside them`,
    ]);
  }));

Deno.test("a manifest.json of another program is neither used nor replaced", () =>
  inFolder(async (folder) => {
    const text = '{"name":"an app","files":["photo.jpg"]}';
    await Deno.writeTextFile(`${folder.path}/manifest.json`, text);
    await Deno.writeTextFile(`${folder.path}/photo.jpg`, "mine");
    const begin = () => folder.begin(manifestOf(IDENTITY, false), { overwrite: true });
    for (const work of [begin, () => finished(folder, IDENTITY, true)]) {
      const { message } = await assertRejectsCode(work, "folder-taken");
      assertEquals(
        message,
        `Cannot write into "${folder.path}": its manifest.json is not one of a run; choose another folder (--out), or move that file away`,
      );
    }
    await assertRejectsCode(() => finished(folder), "run-edited");
    assertEquals(namesIn(folder), ["manifest.json", "photo.jpg"]);
    assertEquals(await Deno.readTextFile(`${folder.path}/manifest.json`), text);
  }));

Deno.test("finished rows are found again without the manifest, since the journal says which run they are of", () =>
  inFolder(async (folder) => {
    const open = (identity: RunIdentity) =>
      folder.openJournal(identity, { overwrite: false, begin: () => Promise.resolve() });
    {
      using journal = await open(IDENTITY);
      await journal.phase("trace").keep("a", [1]);
    }
    assertEquals([await finished(folder), await folder.holdsUnfinished()], [false, true]);
    using journal = await open(IDENTITY);
    assertEquals(journal.phase("trace").get("a"), [1]);
    await assertRejectsCode(() => open({ ...IDENTITY, command: "evaluate" }), "run-edited");
  }));

Deno.test("finish() removes the journal and marks the run as finished", () =>
  inFolder(async (folder) => {
    await folder.begin({ ...manifestOf(IDENTITY, false), files: FILES }, { overwrite: false });
    using journal = await folder.openJournal(IDENTITY, {
      overwrite: false,
      begin: () => Promise.resolve(),
    });
    await journal.phase("trace").keep("a", [1]);
    assertEquals(namesIn(folder), ["finished.jsonl", "manifest.json"]);
    await folder.finish(manifestOf(IDENTITY, true));
    assertEquals([namesIn(folder), await folder.holdsUnfinished()], [["manifest.json"], false]);
  }));

Deno.test("holdsFinished() distinguishes a finished run from one that was cut off", () =>
  inFolder(async (folder) => {
    assertEquals(await finished(folder), false);
    await folder.writeManifest(manifestOf(IDENTITY, false));
    assertEquals(await finished(folder), false);
    await writeFinished(folder);
    assertEquals(await finished(folder), true);
    assertEquals(await finished(folder, IDENTITY, true), false); // --overwrite runs it again
    await Deno.remove(`${folder.path}/${FILES[0]}`);
    assertEquals(await finished(folder), false); // a file is missing
  }));

Deno.test("RunFolder.open() recognises a finished run or another run even in a locked folder, and locks it otherwise", () =>
  inFolder(async (folder) => {
    const open = (identity = IDENTITY, path = folder.path) =>
      RunFolder.open(path, identity, { files: FILES, overwrite: false });
    await assertRejectsCode(() => open(), "folder-in-use", "another process is writing into it");
    await writeFinished(folder);
    await Deno.writeTextFile(`${folder.path}/finished.jsonl`, "");
    assertEquals(await open(), undefined);
    const inUse = [...FILES, "finished.jsonl", "manifest.json"].sort();
    assertEquals(namesIn(folder), inUse); // another process may be at work there
    folder[Symbol.dispose]();
    await Deno.writeTextFile(`${folder.path}/.lock`, ""); // left by a killed run, as is the journal
    assertEquals(await open(), undefined);
    const names = Array.from(Deno.readDirSync(folder.path), ({ name }) => name).sort();
    assertEquals(names, [...FILES, "manifest.json"].sort());
    const other = { ...IDENTITY, command: "evaluate" };
    await assertRejectsCode(() => open(other), "folder-taken", "it holds another run");
    for (const code of ["1".repeat(64), "2".repeat(64)]) { // of a run before code was recorded, and of others
      await assertRejectsCode(
        () => open({ ...IDENTITY, versions: { ...IDENTITY.versions, code } }),
        "folder-taken",
        "it holds a run that was made by other code of the kit; choose another folder (--out), or start anew there (--overwrite)",
      );
    }
    using fresh = await open(IDENTITY, `${folder.path}/none`);
    assertEquals(fresh?.path, `${folder.path}/none`);
  }));

Deno.test("RunFolder.open() recognises a finished run in a folder from which nothing can be removed", () =>
  inFolder(async (folder) => {
    await writeFinished(folder);
    await Deno.mkdir(`${folder.path}/finished.jsonl/full`, { recursive: true }); // stands in for a lack of permission
    const open = RunFolder.open(folder.path, IDENTITY, { files: FILES, overwrite: false });
    assertEquals(await open, undefined);
  }));

Deno.test("holdsFinished() names what differs from the run in the folder", () =>
  inFolder(async (folder) => {
    await folder.writeManifest(manifestOf(IDENTITY, true));
    const { options, versions, sources } = IDENTITY;
    const others: readonly [RunIdentity, string][] = [
      [
        { ...IDENTITY, command: "evaluate" },
        'its command is "trace", this run\'s is "evaluate"',
      ],
      [
        { ...IDENTITY, options: { ...options, seed: "1" } },
        'its --seed is "0", this run\'s is "1"',
      ],
      [
        { ...IDENTITY, options: { ...options, limit: "3" } },
        'its --limit is not given, this run\'s is "3"',
      ],
      [
        { ...IDENTITY, options: { model: "clip", seed: "0" } },
        'its --site is "resid", this run\'s is not given',
      ],
      [
        { ...IDENTITY, versions: { ...versions, onnxruntime: "1.28.0" } },
        'its version of onnxruntime is "1.27.0", this run\'s is "1.28.0"',
      ],
      [
        { ...IDENTITY, sources: { ...sources, data: [{ file: "pairs.json", sha256: "2c" }] } },
        'its sha256 of the data file "pairs.json" is "1b", this run\'s is "2c"',
      ],
    ];
    for (const [identity, difference] of others) {
      const { message } = await assertRejectsCode(
        () => finished(folder, identity),
        "folder-taken",
      );
      assertEquals(
        message,
        `Cannot write into "${folder.path}": it holds another run, ${difference}; choose another folder (--out), or start anew there (--overwrite)`,
      );
      assertEquals(await finished(folder, identity, true), false);
    }
  }));

Deno.test("holdsFinished() shows of a long option, such as a file's content, where it differs", () =>
  inFolder(async (folder) => {
    const long = (end: string) => ({ ...IDENTITY.options, sets: `${"ab".repeat(200)}${end}` });
    await writeFinished(folder, { options: long(" head 1.2") });
    await assertRejectsCode(
      () => finished(folder, { ...IDENTITY, options: long(" head 1.3") }),
      "folder-taken",
      `its --sets is "…abababababab head 1.2…", this run's is "…abababababab head 1.3…"`,
    );
  }));

Deno.test("holdsFinished() ignores the order of options, and where the files are", () =>
  inFolder(async (folder) => {
    await writeFinished(folder);
    const options = { seed: "0", site: "resid", model: "./clip", data: "/tmp/pairs.json" };
    assertEquals(await finished(folder, { ...IDENTITY, options }), true);
  }));

Deno.test("holdsFinished() refuses files that no run wrote only if they have its names", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder.path}/notes.txt`, "mine");
    assertEquals(await finished(folder), false);
    await Deno.writeTextFile(`${folder.path}/trace.csv`, "mine");
    const { message } = await assertRejectsCode(() => finished(folder), "folder-taken");
    assertEquals(
      message,
      `Cannot write into "${folder.path}": it holds what is not known to be the kit's own: trace.csv; move that away, or choose another folder (--out)`,
    );
    await assertRejectsCode(() => finished(folder, IDENTITY, true), "folder-taken");
    assertEquals(await Deno.readTextFile(`${folder.path}/trace.csv`), "mine");
  }));

Deno.test("holdsFinished() writes nothing and removes nothing", () =>
  inFolder(async (folder) => {
    await folder.writeManifest(manifestOf(IDENTITY, true));
    await Deno.writeTextFile(`${folder.path}/notes.txt`, "mine");
    await finished(folder);
    await finished(folder, IDENTITY, true);
    assertEquals(namesIn(folder), ["manifest.json", "notes.txt"]);
  }));

Deno.test("holdsFinished() names a file that is not as the run wrote it", () =>
  inFolder(async (folder) => {
    await writeFinished(folder);
    assertEquals(await finished(folder), true);
    await Deno.writeTextFile(`${folder.path}/trace.csv`, "mine");
    const { message } = await assertRejectsCode(() => finished(folder), "run-edited");
    assertEquals(
      message,
      `Cannot trust "${folder.path}/trace.csv": it is not as the run wrote it; restore it, or move it away and repeat the run that wrote it`,
    );
    await Deno.remove(`${folder.path}/trace.csv`);
    assertEquals(await finished(folder), false); // and the run is repeated
  }));

Deno.test("holdsFinished() does not treat an unreadable manifest as a missing one", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder.path}/manifest.json`);
    const message =
      `Cannot read "${folder.path}/manifest.json" as a run's manifest: it is a folder`;
    await assertRejectsCode(() => finished(folder), "run-edited", message);
    await assertRejectsCode(() => folder.holdsUnfinished(), "run-edited", message);
  }));

Deno.test("writeTable() writes NAME.csv", () =>
  inFolder(async (folder) => {
    await folder.writeTable({ name: "peaks", columns: ["id"], rows: [{ id: "a" }] });
    assertEquals(await Deno.readTextFile(`${folder.path}/peaks.csv`), "id\r\na\r\n");
    assertEquals(namesIn(folder), ["peaks.csv"]);
  }));

Deno.test("writeChart() writes the spec, and pictures in the given formats", () =>
  inFolder(async (folder) => {
    const spec = scoresChart([], { sources: IDENTITY.sources });
    await folder.writeChart("scores", spec, { formats: [], preset: SCREEN });
    assertEquals(namesIn(folder), ["scores.vl.json"]);
    const written: { $schema: string } = JSON.parse(
      await Deno.readTextFile(`${folder.path}/scores.vl.json`),
    );
    assertStringIncludes(written.$schema, "vega-lite/v5");
    await folder.writeChart("scores", spec, { formats: ["svg"], preset: SCREEN });
    assertEquals(namesIn(folder), ["scores.svg", "scores.vl.json"]);
    assertStringIncludes(await Deno.readTextFile(`${folder.path}/scores.svg`), "<svg");
  }));

Deno.test("files lists the written files in order, each name once", () =>
  inFolder(async (folder) => {
    await folder.writeTable({ name: "peaks", columns: ["id"], rows: [] });
    await folder.writeChart("map", scoresChart([], { sources: IDENTITY.sources }), {
      formats: [],
      preset: SCREEN,
    });
    await folder.writeFile("summary.txt", "found\n");
    await folder.writeTable({ name: "peaks", columns: ["id"], rows: [{ id: "a" }] });
    await folder.writeManifest(manifestOf(IDENTITY, false));
    assertEquals(folder.files, ["peaks.csv", "map.vl.json", "summary.txt"]);
    assertEquals(await Deno.readTextFile(`${folder.path}/summary.txt`), "found\n");
  }));
