/** Links that somebody has put where a task will write: what they lead to stays as it is. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { SCREEN } from "../../lib/charts/venues.ts";
import { drawFigures } from "../../lib/runs/draw_figures.ts";
import { writeManifest } from "../../lib/files/sealed_manifest.ts";
import { runHere } from "./task_here.ts";
import { inFolder, namesIn, TINY } from "./task_process.ts";

const MINE = "mine";

/** Plants links to a victim, uses them, and checks the victim. */
async function withVictim(
  use: (folder: string, plant: (path: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const victim = `${folder}/victim`;
    await Deno.writeTextFile(victim, MINE);
    await use(folder, async (path) => {
      await Deno.remove(path).catch(() => {});
      await Deno.symlink(victim, path);
    });
    assertEquals(await Deno.readTextFile(victim), MINE);
  });
}

Deno.test("a run writes its files where links lead elsewhere, and replaces the links", () =>
  withVictim(async (folder, plant) => {
    const flags = [...TINY, "--quiet", "--out", `${folder}/run`];
    assertEquals((await runHere("evaluate", [...flags, "--overwrite"])).code, 0);
    const names = namesIn(`${folder}/run`);
    for (const name of names) {
      for (const path of [name, `${name}.partial`]) await plant(`${folder}/run/${path}`);
    }
    await Deno.remove(`${folder}/run/manifest.json`); // a link to a file that is no manifest is refused
    const { code, stderr } = await runHere("evaluate", [...flags, "--overwrite"]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(namesIn(`${folder}/run`), names);
    for (const name of names) {
      assertEquals((await Deno.lstat(`${folder}/run/${name}`)).isFile, true, name);
    }
  }));

Deno.test("figures, and a finished run whose pictures are drawn again, write nothing where a link leads", () =>
  withVictim(async (folder, plant) => {
    const flags = [...TINY, "--quiet", "--out", `${folder}/run`];
    assertEquals((await runHere("evaluate", flags)).code, 0);
    const svg = await Deno.readTextFile(`${folder}/run/scores.svg`);
    const pictures = { formats: ["svg"], preset: SCREEN } as const;
    const works = [() => runHere("evaluate", flags), () => drawFigures(`${folder}/run`, pictures)];
    for (const work of works) {
      await plant(`${folder}/run/scores.svg`);
      await plant(`${folder}/run/scores.svg.partial`);
      await work();
      assertEquals(await Deno.readTextFile(`${folder}/run/scores.svg`), svg);
      assertEquals(namesIn(`${folder}/run`).some((name) => name.endsWith(".partial")), false);
    }
  }));

Deno.test("a run refuses a link in place of its lock or its finished rows", () =>
  withVictim(async (folder, plant) => {
    const [out, flags] = [`${folder}/run`, [...TINY, "--format", "none", "--quiet", "--out"]];
    await Deno.mkdir(out);
    await plant(`${out}/.lock`);
    const locked = await runHere("evaluate", [...flags, out]);
    assertEquals(locked.code, 1);
    assertStringIncludes(locked.stderr, `Cannot write "${out}/.lock": it is a link`);
    await Deno.remove(`${out}/.lock`);
    assertEquals((await runHere("evaluate", [...flags, `${folder}/whole`])).code, 0);
    const { sha256: _, ...manifest } = JSON.parse(
      await Deno.readTextFile(`${folder}/whole/manifest.json`),
    );
    const { checksums: __, ...unfinished } = manifest;
    await writeManifest(`${out}/manifest.json`, { ...unfinished, finished: false });
    await plant(`${out}/finished.jsonl`);
    const resumed = await runHere("evaluate", [...flags, out]);
    assertEquals(resumed.code, 1);
    assertStringIncludes(resumed.stderr, `Cannot write "${out}/finished.jsonl": it is a link`);
  }));
