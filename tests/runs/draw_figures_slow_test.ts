import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SCREEN, VENUES } from "../../lib/charts/spec.ts";
import { drawFigures, finishedAlready, writtenSummary } from "../../lib/runs/draw_figures.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { inFolder, namesIn, TINY } from "../scripts/task_process.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { PICTURE_FORMATS } from "../../lib/draw/pictures.ts";
import { runHere } from "../scripts/task_here.ts";
import { MANIFEST, withRun } from "./run_folders.ts";

const SPEC = {
  data: { values: [{ layer: 0, cte: 0.5 }] },
  mark: "bar",
  encoding: { x: { field: "layer", type: "ordinal" }, y: { field: "cte", type: "quantitative" } },
};

Deno.test("drawFigures() draws every chart of a folder for a venue, beside it or elsewhere", () =>
  inFolder(async (folder) => {
    for (const name of ["b", "a"]) {
      Deno.writeTextFileSync(`${folder}/${name}.vl.json`, JSON.stringify(SPEC));
    }
    const preset = VENUES.get("acl")!;
    const beside = await drawFigures(folder, { formats: ["svg", "pdf"], preset });
    assertEquals(beside, ["a.svg", "a.pdf", "a.tex", "b.svg", "b.pdf", "b.tex"]);
    assertEquals(Deno.readTextFileSync(`${folder}/a.svg`), await renderSvg(SPEC, { preset }));
    const out = `${folder}/acl/figures`;
    await drawFigures(folder, { formats: ["png"], preset }, { out });
    assertEquals(namesIn(out), ["a.png", "a.tex", "b.png", "b.tex"]);
    assertStringIncludes(Deno.readTextFileSync(`${out}/a.tex`), "[width=218bp]{a.png}");
    const screen = `${folder}/screen`;
    await drawFigures(folder, { formats: ["svg"], preset: SCREEN }, { out: screen });
    assertEquals(namesIn(screen), ["a.svg", "b.svg"]);
  }));

Deno.test("drawFigures() refuses a folder without charts", () =>
  inFolder(async (folder) => {
    for (const empty of [folder, `${folder}/absent`]) {
      const said = `Cannot find charts (NAME.vl.json) in "${empty}"`;
      const draw = () => drawFigures(empty, { formats: ["svg"], preset: SCREEN });
      await assertRejectsCode(draw, "run-missing", said);
    }
  }));

Deno.test("drawFigures() names the chart that cannot be read or drawn, why, and writes nothing", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.vl.json`;
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const drawing = `Cannot make pictures of "${path}": Cannot draw the chart`;
    const cases = [
      ["run-edited", "[]", `Cannot read chart "${path}": it must be a JSON object`],
      ["run-edited", "user:pw\nroot:pw2\n", "a Vega-Lite spec (Unexpected token 'u'); move"],
      [
        "run-edited",
        JSON.stringify(SPEC).replace(/^{/, `{"usermeta":${deep},"transform":${deep},`),
        "a Vega-Lite spec (its lists and objects are nested more than 100 levels deep)",
      ],
      ["chart-invalid", { ...SPEC, data: { url: "rows.csv" } }, drawing],
    ] as const;
    const draw = () => drawFigures(folder, { formats: ["svg"], preset: SCREEN });
    for (const [code, spec, says] of cases) {
      Deno.writeTextFileSync(path, typeof spec === "string" ? spec : JSON.stringify(spec));
      const { cause } = await assertRejectsCode(draw, code, says);
      if (code === "chart-invalid") assert(cause instanceof NegscopeError);
    }
    assertEquals(namesIn(folder), ["a.vl.json"]);
    Deno.removeSync(path);
    Deno.mkdirSync(path);
    await assertRejectsCode(draw, "run-edited", `Cannot read chart "${path}": it is a folder`);
  }));

const RUN = { "manifest.json": MANIFEST, "scores.vl.json": JSON.stringify(SPEC) };

const PICTURES = { formats: PICTURE_FORMATS, preset: SCREEN };

const said = (folder: string) => `This run is finished already: ${folder} (--overwrite repeats it)`;

Deno.test("figures and card write nothing into the folder of another run, even with --overwrite", () =>
  withRun(RUN, (one) =>
    withRun(RUN, async (other) => {
      const before = namesIn(other);
      for (const task of ["figures", "card"]) {
        const { code, stderr } = await runHere(task, [one, "--out", other, "--overwrite"]);
        const why = "it holds another run; choose another folder (--out)";
        assertEquals([code, stderr], [1, `Cannot write into "${other}": ${why}\n`], task);
      }
      assertEquals(namesIn(other), before);
    })));

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
