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

Deno.test("drawFigures() names the chart that cannot be read or drawn, why, and writes nothing", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.vl.json`;
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const { encoding } = SPEC;
    const drawing = `Cannot make pictures of "${path}": Cannot draw the chart`;
    const cases = [
      ["run-edited", "user:pw\nroot:pw2\n", "a Vega-Lite spec (Unexpected token 'u'); move"],
      [
        "run-edited",
        JSON.stringify(SPEC).replace(/^{/, `{"usermeta":${deep},"transform":${deep},`),
        "a Vega-Lite spec (its lists and objects are nested more than 100 levels deep)",
      ],
      ["chart-invalid", { ...SPEC, data: { url: "rows.csv" } }, drawing],
      [
        "chart-invalid",
        { ...SPEC, encoding: { ...encoding, href: { value: "javascript:alert(1)" } } },
        drawing,
      ],
      [
        "chart-invalid", // it does not come to an end
        { ...SPEC, transform: [{ calculate: "sequence(0, 1e9)", as: "b" }, { filter: "datum.b" }] },
        drawing,
      ],
    ] as const;
    const draw = () =>
      drawFigures(folder, { formats: ["svg"], preset: SCREEN }, { limits: { seconds: 0.4 } });
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
