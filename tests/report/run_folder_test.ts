import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Manifest } from "../../lib/report/manifest.ts";
import { RunFolder, type RunIdentity } from "../../lib/report/run_folder.ts";
import { scoresChart } from "../../lib/report/charts/scores.ts";

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
    await use(await RunFolder.create(`${root}/deep/run`));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function namesIn({ path }: RunFolder): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

async function writeFinished(folder: RunFolder): Promise<void> {
  await folder.writeManifest(manifestOf(IDENTITY, true));
  for (const name of FILES) await Deno.writeTextFile(`${folder.path}/${name}`, "");
}

function finished(folder: RunFolder, identity = IDENTITY, overwrite = false): Promise<boolean> {
  return folder.holdsFinished(identity, { files: FILES, overwrite });
}

Deno.test("RunFolder.create() makes the folder and those above it, and leaves it empty", () =>
  inFolder(async (folder) => {
    assertEquals(namesIn(folder), []);
    await Deno.writeTextFile(`${folder.path}/a.txt`, "a");
    await Promise.all(Array.from({ length: 8 }, () => RunFolder.create(folder.path)));
    assertEquals(namesIn(folder), ["a.txt"]); // tries at the same time do not meet
  }));

Deno.test("RunFolder.create() says that a file is in the way", () =>
  inFolder(async ({ path }) => {
    await Deno.writeTextFile(`${path}/a`, "a");
    for (const place of [`${path}/a`, `${path}/a/b`]) {
      const { message } = await assertRejects(() => RunFolder.create(place), Error);
      assertStringIncludes(message, `Cannot write into "${place}": `);
      assertStringIncludes(message, "choose another folder with --out");
    }
    assertEquals(await Deno.readTextFile(`${path}/a`), "a");
  }));

Deno.test("holdsFinished() tells a finished run from one that was cut off", () =>
  inFolder(async (folder) => {
    assertEquals(await finished(folder), false);
    await folder.writeManifest(manifestOf(IDENTITY, false));
    assertEquals(await finished(folder), false);
    await writeFinished(folder);
    assertEquals(await finished(folder), true);
    assertEquals(await finished(folder, IDENTITY, true), false); // it is to run again
    await Deno.remove(`${folder.path}/${FILES[0]}`);
    assertEquals(await finished(folder), false); // a file is gone
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
        'its options.seed is "0", this run\'s is "1"',
      ],
      [
        { ...IDENTITY, options: { ...options, limit: "3" } },
        'its options.limit is not given, this run\'s is "3"',
      ],
      [
        { ...IDENTITY, options: { model: "clip", seed: "0" } },
        'its options.site is "resid", this run\'s is not given',
      ],
      [
        { ...IDENTITY, versions: { ...versions, onnxruntime: "1.28.0" } },
        'its versions.onnxruntime is "1.27.0", this run\'s is "1.28.0"',
      ],
      [
        { ...IDENTITY, sources: { ...sources, data: [{ file: "pairs.json", sha256: "2c" }] } },
        'its sources.data.0.sha256 is "1b", this run\'s is "2c"',
      ],
    ];
    for (const [identity, difference] of others) {
      const { message } = await assertRejects(() => finished(folder, identity), Error);
      assertEquals(
        message,
        `Cannot write into "${folder.path}": it holds another run, ${difference}; choose another folder with --out, or --overwrite`,
      );
      assertEquals(await finished(folder, identity, true), false);
    }
  }));

Deno.test("holdsFinished() does not mind the order of options", () =>
  inFolder(async (folder) => {
    await writeFinished(folder);
    const options = { seed: "0", site: "resid", model: "clip" };
    assertEquals(await finished(folder, { ...IDENTITY, options }), true);
  }));

Deno.test("holdsFinished() refuses files of its names that no run left, and no others", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder.path}/notes.txt`, "mine");
    assertEquals(await finished(folder), false);
    await Deno.writeTextFile(`${folder.path}/trace.csv`, "mine");
    const { message } = await assertRejects(() => finished(folder), Error);
    assertEquals(
      message,
      `Cannot write into "${folder.path}": it holds trace.csv without a manifest.json; choose another folder with --out, or --overwrite`,
    );
    assertEquals(await finished(folder, IDENTITY, true), false);
  }));

Deno.test("holdsFinished() writes nothing and removes nothing", () =>
  inFolder(async (folder) => {
    await folder.writeManifest(manifestOf(IDENTITY, true));
    await Deno.writeTextFile(`${folder.path}/trace.csv`, "mine");
    await finished(folder);
    await finished(folder, IDENTITY, true);
    assertEquals(namesIn(folder), ["manifest.json", "trace.csv"]);
  }));

Deno.test("writeTable() writes NAME.csv", () =>
  inFolder(async (folder) => {
    await folder.writeTable({ name: "peaks", columns: ["id"], rows: [{ id: "a" }] });
    assertEquals(await Deno.readTextFile(`${folder.path}/peaks.csv`), "id\r\na\r\n");
    assertEquals(namesIn(folder), ["peaks.csv"]);
  }));

Deno.test("writeChart() writes the spec, and pictures in the formats that are asked for", () =>
  inFolder(async (folder) => {
    const spec = scoresChart([], { sources: IDENTITY.sources });
    await folder.writeChart("scores", spec, []);
    assertEquals(namesIn(folder), ["scores.vl.json"]);
    const written: { $schema: string } = JSON.parse(
      await Deno.readTextFile(`${folder.path}/scores.vl.json`),
    );
    assertStringIncludes(written.$schema, "vega-lite/v5");
    await folder.writeChart("scores", spec, ["svg"]);
    assertEquals(namesIn(folder), ["scores.svg", "scores.vl.json"]);
    assertStringIncludes(await Deno.readTextFile(`${folder.path}/scores.svg`), "<svg");
  }));

Deno.test("files lists what was written, in that order, each name once", () =>
  inFolder(async (folder) => {
    await folder.writeTable({ name: "peaks", columns: ["id"], rows: [] });
    await folder.writeChart("map", scoresChart([], { sources: IDENTITY.sources }), []);
    await folder.writeSummary("found\n");
    await folder.writeTable({ name: "peaks", columns: ["id"], rows: [{ id: "a" }] });
    await folder.writeManifest(manifestOf(IDENTITY, false));
    assertEquals(folder.files, ["peaks.csv", "map.vl.json", "summary.txt"]);
    assertEquals(await Deno.readTextFile(`${folder.path}/summary.txt`), "found\n");
  }));
