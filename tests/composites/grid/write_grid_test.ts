import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Manifest, writeManifest } from "../../../lib/files/manifest.ts";
import { sha256Text } from "../../../lib/reading/sha256.ts";
import { cellsOf, choiceOf, type Grid } from "../../../lib/composites/grid/grid.ts";
import { findRuns, sizeText, writeGrid } from "../../../lib/composites/grid/run_grid.ts";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { checksumsOf } from "../../../lib/opening/load_study.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { identityOf, versionsNow } from "../../../lib/runs/run_identity.ts";
import { printChoice } from "../../../lib/study/choice/study_options.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { MANIFEST, writeNothingFound } from "../../runs/run_folders.ts";
import { runHere } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { gridOf, study } from "./grid_file.ts";

const RELAY = { model: "planted/relay" };

const gridOn = (model: object, parts: object = {}) =>
  gridOf(study({ models: { m: model }, data: { few: { limit: 8 } }, ...parts }));

/** The manifest that the first cell's run would write. */
async function manifestOf(grid: Grid): Promise<Manifest> {
  const cell = cellsOf(grid)[0]!;
  const { seed, experiment: { task, chosen } } = cell;
  const inputs = await openInputs(choiceOf(cell), {}, { seed });
  const { sources } = await checksumsOf(inputs);
  if (chosen !== undefined) {
    return { ...MANIFEST, ...identityOf(chosen, { inputs, sources, seed }) };
  }
  const options = { ...printChoice(choiceOf(cell)), seed: "0" };
  return { ...MANIFEST, command: task, options, versions: versionsNow(), sources };
}

async function write(folder: string, manifest: Manifest): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const checksums = { ...manifest.checksums, ...await writeNothingFound(folder) };
  await writeManifest(`${folder}/manifest.json`, { ...manifest, checksums });
}

const missingOf = async (grid: Grid, out: string) => (await findRuns(grid, out))[0]!.missing;

Deno.test("findRuns() takes a run as finished only with the model, the data and the code of now", () =>
  inFolder(async (out) => {
    const relay = await gridOn(RELAY);
    const manifest = await manifestOf(relay);
    await write(`${out}/m/few/evaluate`, manifest);
    assertEquals(await missingOf(relay, out), undefined);

    assertStringIncludes((await missingOf(await gridOn({}), out))!, "model file");
    const random = await gridOn({ ...RELAY, "random-weights": 0 });
    assertStringIncludes((await missingOf(random, out))!, "--random-weights");

    const { sources: { model, data } } = manifest;
    const other = data.map((file) => ({ ...file, sha256: "0".repeat(64) }));
    await write(`${out}/m/few/evaluate`, { ...manifest, sources: { model, data: other } });
    assertStringIncludes((await missingOf(relay, out))!, 'data file "');

    const versions = { ...manifest.versions, code: "0".repeat(64) };
    await write(`${out}/m/few/evaluate`, { ...manifest, versions });
    assertStringIncludes((await missingOf(relay, out))!, "was made by other code of the kit");
  }));

Deno.test("findRuns() says which part of an atlas is not finished, is not there, or has changed", () =>
  inFolder(async (out) => {
    const grid = await gridOn(RELAY, { experiments: { atlas: {} } });
    const folder = `${out}/m/few/atlas`;
    const part = { ...MANIFEST, checksums: { "summary.txt": "a1", "report.html": "b2" } };
    const own = { "summary.txt": "a1", ...await writeNothingFound(out) };
    const parts = { attend: own, trace: own };
    const record = JSON.stringify({ parts, left_out: [] });
    const checksums = { "parts.json": sha256Text(record) };
    await write(folder, { ...await manifestOf(grid), checksums });
    await Deno.writeTextFile(`${folder}/parts.json`, record);
    for (const name of ["trace", "attend"]) await write(`${folder}/${name}`, part);
    const [run] = await findRuns(grid, out);
    assertEquals(run!.missing, undefined);
    const experiments = run!.tables.map(({ name }) => name);
    assertEquals(experiments, ["atlas", "atlas/attend", "atlas/trace"]);

    await write(`${folder}/trace`, { ...part, checksums: { "summary.txt": "c3" } });
    const changed = await missingOf(grid, out);
    assertEquals(changed, "its part trace: it has changed since the folder was written");
    await write(`${folder}/trace`, { ...part, finished: false });
    assertEquals(await missingOf(grid, out), "its part trace: it is not finished");
    await Deno.remove(`${folder}/trace`, { recursive: true });
    const [gone] = await findRuns(grid, out);
    assertEquals(gone!.missing, "its part trace: there is no such folder");
    assert(gone!.tables.length === 0);
  }));

Deno.test("study keeps the results of another study, of another task's run, and those with a run that is missing now", () =>
  inFolder(async (folder) => {
    const [out, file] = [`${folder}/out`, `${folder}/study.json`];
    const how = { out, overwrite: false, pictures: { formats: [], preset: SCREEN } };
    const relay = await gridOn(RELAY);
    await write(`${out}/m/few/evaluate`, await manifestOf(relay));
    await writeGrid(relay, how);
    const found = () => Deno.readTextFile(`${out}/findings.json`);
    const before = await found();
    const taken = async (parts: Parameters<typeof study>[0], flags: readonly string[] = []) => {
      await Deno.writeTextFile(file, JSON.stringify(study(parts)));
      const { code, stdout, stderr } = await runHere("study", [file, "--out", out, ...flags]);
      assertEquals(code === 0, stderr === "", stdout);
      return stderr;
    };
    const few = { data: { few: { limit: 8 } } };
    const other = 'it holds a study with the run "m/few/evaluate", which is not in "';
    for (const flag of [[], ["--job", "report"], ["--dry-run"]]) {
      assertStringIncludes(await taken({ ...few, models: { n: RELAY } }, flag), other);
    }
    const wider = { ...few, models: { m: RELAY, n: {} }, experiments: { evaluate: {}, trace: {} } };
    assertEquals(await taken(wider, ["--dry-run"]), "");
    assertEquals(await taken({ models: { n: {} } }, ["--dry-run", "--overwrite"]), "");

    const random = await gridOn({ ...RELAY, "random-weights": 0 });
    const lost = 'the run "m/few/evaluate", which is missing now: its folder holds another run';
    await assertRejectsCode(() => writeGrid(random, how), `folder-taken: ${lost}`);
    assertEquals(await found(), before);
    await writeGrid(random, { ...how, overwrite: true });
    assertStringIncludes(await found(), "missing: m/few/evaluate");

    await write(out, MANIFEST);
    assertStringIncludes(await taken({}), `Cannot write into "${out}": it holds a run of trace`);
  }));

Deno.test("study --dry-run counts a run as finished only if it is the one of the file", () =>
  inFolder(async (out) => {
    const relay = await gridOn(RELAY);
    await write(`${out}/m/few/evaluate`, await manifestOf(relay));
    assertStringIncludes(await sizeText(relay, out), "of which 1 are finished");
    const larger = await sizeText(await gridOn(RELAY, { data: { few: { limit: 9 } } }), out);
    assertStringIncludes(larger, "of which 0 are finished");
    assertStringIncludes(
      larger,
      'm/few/evaluate: its folder holds another run, its --limit is "8"',
    );
  }));
