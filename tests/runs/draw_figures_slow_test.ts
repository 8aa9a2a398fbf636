import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SCREEN, VENUES } from "../../lib/charts/spec.ts";
import { drawFigures } from "../../lib/runs/draw_figures.ts";
import { NegscopeError } from "../../lib/errors.ts";
import { renderSvg } from "../../lib/draw/render.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { assertRejectsCode } from "../error_codes.ts";

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

Deno.test("drawFigures() refuses a folder without charts, and draws nothing if one cannot be read", () =>
  inFolder(async (folder) => {
    const pictures = { formats: ["svg"], preset: SCREEN } as const;
    for (const empty of [folder, `${folder}/absent`]) {
      const error = await assertRejectsCode(() => drawFigures(empty, pictures), "run-missing");
      assertStringIncludes(error.message, `Cannot find charts (NAME.vl.json) in "${empty}"`);
    }
    Deno.writeTextFileSync(`${folder}/a.vl.json`, JSON.stringify(SPEC));
    for (const text of ["{", "7", "[]"]) {
      Deno.writeTextFileSync(`${folder}/b.vl.json`, text);
      const error = await assertRejectsCode(
        () => drawFigures(folder, pictures),
        "run-edited",
      );
      assertStringIncludes(error.message, `Cannot read chart "${folder}/b.vl.json"`);
    }
    assertEquals(namesIn(folder), ["a.vl.json", "b.vl.json"]);
  }));

Deno.test("drawFigures() names the chart that cannot be drawn, with the reason as its cause", () =>
  inFolder(async (folder) => {
    const spec = { ...SPEC, data: { url: "rows.csv" } };
    Deno.writeTextFileSync(`${folder}/a.vl.json`, JSON.stringify(spec));
    const { cause } = await assertRejectsCode(
      () => drawFigures(folder, { formats: ["svg"], preset: SCREEN }),
      "chart-invalid",
      `Cannot make pictures of "${folder}/a.vl.json": Cannot draw the chart`,
    );
    assert(cause instanceof NegscopeError);
    assertEquals(cause.code, "chart-invalid");
  }));

Deno.test("drawFigures() names the chart that is nested too deeply", () =>
  inFolder(async (folder) => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const spec = JSON.stringify(SPEC).replace(/^{/, `{"usermeta":${deep},"transform":${deep},`);
    Deno.writeTextFileSync(`${folder}/a.vl.json`, spec);
    await assertRejectsCode(
      () => drawFigures(folder, { formats: ["svg"], preset: SCREEN }),
      "run-edited",
      "a Vega-Lite spec (its lists and objects are nested more than 100 levels deep)",
    );
  }));

Deno.test("drawFigures() quotes nothing of a file that is no chart", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a.vl.json`, "user:pw\nroot:pw2\n");
    await assertRejectsCode(
      () => drawFigures(folder, { formats: ["svg"], preset: SCREEN }),
      "run-edited",
      "a Vega-Lite spec (Unexpected token 'u'); move",
    );
  }));

Deno.test("drawFigures() says why the file of a chart cannot be read", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/a.vl.json`);
    await assertRejectsCode(
      () => drawFigures(folder, { formats: ["svg"], preset: SCREEN }),
      "run-edited",
      `Cannot read chart "${folder}/a.vl.json": it is a folder`,
    );
  }));

Deno.test("drawFigures() names the chart that runs a script or does not come to an end, and writes nothing", () =>
  inFolder(async (folder) => {
    const pictures = { formats: ["svg"], preset: SCREEN } as const;
    const { encoding } = SPEC;
    const hostile = [
      { ...SPEC, encoding: { ...encoding, href: { value: "javascript:alert(1)" } } },
      { ...SPEC, transform: [{ calculate: "sequence(0, 1e9)", as: "b" }, { filter: "datum.b" }] },
    ];
    for (const spec of hostile) {
      Deno.writeTextFileSync(`${folder}/a.vl.json`, JSON.stringify(spec));
      await assertRejectsCode(
        () => drawFigures(folder, pictures, { limits: { seconds: 0.4 } }),
        "chart-invalid",
        `Cannot make pictures of "${folder}/a.vl.json": Cannot draw the chart: it `,
      );
    }
    assertEquals(namesIn(folder), ["a.vl.json"]);
  }));

Deno.test("drawFigures() of several processes never mixes venues in one folder", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a.vl.json`, JSON.stringify(SPEC));
    const venues = ["acl", "icml", "nature"].map((name) => VENUES.get(name)!);
    const drawn = await Promise.allSettled(
      venues.map((preset) => drawFigures(folder, { formats: ["svg"], preset })),
    );
    assertEquals(drawn.filter(({ status }) => status === "fulfilled").length, 1);
    for (const result of drawn) {
      if (result.status === "rejected") assertEquals(result.reason.code, "folder-in-use");
    }
    const preset = venues[drawn.findIndex(({ status }) => status === "fulfilled")]!;
    assertEquals(Deno.readTextFileSync(`${folder}/a.svg`), await renderSvg(SPEC, { preset }));
    assertEquals(namesIn(folder), ["a.svg", "a.tex", "a.vl.json"]);
    assertStringIncludes(Deno.readTextFileSync(`${folder}/a.tex`), `for ${preset.name}.`);
  }));
