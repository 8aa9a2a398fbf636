import { assert, assertEquals } from "@std/assert";
import { SCREEN, VENUES } from "../../lib/charts/spec.ts";
import { PICTURE_FORMATS } from "../../lib/draw/pictures.ts";
import { finishedAlready, writtenSummary } from "../../lib/runs/draw_figures.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { runHere } from "../scripts/task_here.ts";
import { MANIFEST, withRun } from "./run_folders.ts";
import { inFolder, namesIn, TINY } from "../scripts/task_process.ts";

const SPEC = {
  data: { values: [{ layer: 0, cte: 0.5 }] },
  mark: "bar",
  encoding: { x: { field: "layer", type: "ordinal" }, y: { field: "cte", type: "quantitative" } },
};

const RUN = { "manifest.json": MANIFEST, "scores.vl.json": JSON.stringify(SPEC) };

const PICTURES = { formats: PICTURE_FORMATS, preset: SCREEN };

const said = (folder: string) => `This run is finished already: ${folder} (--overwrite repeats it)`;

Deno.test("finishedAlready() draws only pictures that are missing or were drawn for another venue", () =>
  withRun(RUN, async (folder) => {
    Deno.writeTextFileSync(`${folder}/mine.vl.json`, "no chart"); // which the run did not write
    const drawn = (...names: string[]) => `${said(folder)}; drawn again: ${names.join(", ")}`;
    const all = drawn("scores.svg", "scores.png", "scores.pdf");
    assertEquals(await finishedAlready(folder, PICTURES), all);
    assertEquals(await finishedAlready(folder, PICTURES), said(folder));
    Deno.removeSync(`${folder}/scores.png`);
    assertEquals(await finishedAlready(folder, PICTURES), drawn("scores.png"));
    const acl = { formats: ["svg"], preset: VENUES.get("acl")! } as const;
    assertEquals(await finishedAlready(folder, acl), drawn("scores.svg", "scores.tex"));
    assertEquals(await finishedAlready(folder, acl), said(folder));
  }));

Deno.test("finishedAlready() says which picture cannot be read and how to mend it, and draws the others", () =>
  withRun(RUN, async (folder) => {
    Deno.mkdirSync(`${folder}/scores.svg`);
    const told = `Cannot draw picture "${folder}/scores.svg": it is a folder; move it away`;
    await assertRejectsCode(() => finishedAlready(folder, PICTURES), "file-unreadable", told);
    assert(["scores.png", "scores.pdf"].every((name) => namesIn(folder).includes(name)));
    Deno.removeSync(`${folder}/scores.svg`);
    const drawn = `${said(folder)}; drawn again: scores.svg`;
    assertEquals(await finishedAlready(folder, PICTURES), drawn);
  }));

Deno.test("finishedAlready() writes nothing and needs no permission unless a picture is missing", () =>
  withRun(RUN, async (folder) => {
    await finishedAlready(folder, PICTURES);
    Deno.mkdirSync(`${folder}/.lock`); // stands in for a lack of permission, since root has every permission
    const before = Deno.statSync(folder).mtime;
    assertEquals(await finishedAlready(folder, PICTURES), said(folder));
    assertEquals(Deno.statSync(folder).mtime, before);
    Deno.removeSync(`${folder}/scores.svg`);
    await assertRejectsCode(() => finishedAlready(folder, PICTURES), "file-not-written", folder);
  }));

Deno.test("writtenSummary() gives the text that the run printed, and refuses an edited or missing one", () =>
  inFolder(async (folder) => {
    const printed = await runHere("evaluate", [...TINY, "--format", "none", "--out", folder]);
    assertEquals(`${await writtenSummary(folder)}\n`, printed.stdout);
    Deno.writeTextFileSync(`${folder}/summary.txt`, "All is well", { append: true });
    await assertRejectsCode(() => writtenSummary(folder), "run-edited", "summary.txt");
    Deno.removeSync(`${folder}/summary.txt`);
    await assertRejectsCode(() => writtenSummary(folder), "run-edited", "there is no such file");
  }));
