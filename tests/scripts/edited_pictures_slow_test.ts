/** Pictures that were edited: they are not drawn over. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { done, runHere } from "./task_here.ts";
import { inFolder, namesIn, TINY } from "./task_process.ts";

Deno.test("figures, and a finished run whose pictures are drawn again, replace no edited picture", () =>
  inFolder(async (folder) => {
    const flags = [...TINY, "--quiet", "--out", `${folder}/run`];
    await done("evaluate", flags);
    const svg = `${folder}/run/scores.svg`;
    const drawn = await Deno.readTextFile(svg);
    const figures = [`${folder}/run`, "--quiet", "--format", "svg"];
    const works = [() => runHere("evaluate", flags), () => runHere("figures", figures)];
    for (const work of works) {
      await Deno.writeTextFile(svg, "edited by hand");
      const edited = await work();
      assertEquals([edited.code, await Deno.readTextFile(svg)], [1, "edited by hand"]);
      assertStringIncludes(edited.stderr, "own: scores.svg;");
      await Deno.remove(svg);
      await Deno.writeTextFile(`${svg}.partial`, "half"); // of a killed process
      assertEquals((await work()).code, 0);
      assertEquals(await Deno.readTextFile(svg), drawn);
      assertEquals(namesIn(`${folder}/run`).some((name) => name.endsWith(".partial")), false);
    }
    for (const venue of ["acl", "icml"]) { // those of another venue are the run's own
      await done("figures", [...figures, "--venue", venue]);
    }
    const elsewhere = [...figures, "--out", `${folder}/paper`];
    await done("figures", elsewhere);
    const again = await runHere("figures", [...elsewhere, "--venue", "acl"]);
    assertEquals(again.code, 1);
    assertStringIncludes(again.stderr, "own: scores.svg; move that away, choose another folder");
    await done("figures", [...elsewhere, "--venue", "acl", "--overwrite"]);
  }));
