/** Links that somebody has put where a task will write: what they lead to stays as it is. */

import { assertEquals, assertStringIncludes } from "@std/assert";
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

Deno.test("a run refuses links in place of its files, and replaces those of its working names", () =>
  withVictim(async (folder, plant) => {
    const flags = [...TINY, "--quiet", "--out", `${folder}/run`];
    assertEquals((await runHere("evaluate", [...flags, "--overwrite"])).code, 0);
    const names = namesIn(`${folder}/run`);
    for (const name of names) await plant(`${folder}/run/${name}.partial`);
    const { code, stderr } = await runHere("evaluate", [...flags, "--overwrite"]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(namesIn(`${folder}/run`), names);
    await plant(`${folder}/run/scores.svg`);
    await plant(`${folder}/run/summary.csv`);
    const refused = await runHere("evaluate", [...flags, "--overwrite"]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "summary.csv (a link), scores.svg (a link)");
    assertEquals(namesIn(`${folder}/run`), names, "nothing is removed");
  }));

Deno.test("figures, and a finished run whose pictures are drawn again, replace no link and no edited picture", () =>
  withVictim(async (folder, plant) => {
    const flags = [...TINY, "--quiet", "--out", `${folder}/run`];
    assertEquals((await runHere("evaluate", flags)).code, 0);
    const svg = `${folder}/run/scores.svg`;
    const drawn = await Deno.readTextFile(svg);
    const figures = [`${folder}/run`, "--quiet", "--format", "svg"];
    const works = [() => runHere("evaluate", flags), () => runHere("figures", figures)];
    for (const work of works) {
      await plant(svg);
      const linked = await work();
      assertEquals([linked.code, (await Deno.lstat(svg)).isSymlink], [1, true]);
      assertStringIncludes(linked.stderr, `Cannot write "${svg}": it is a link`);
      await Deno.remove(svg);
      await Deno.writeTextFile(svg, "edited by hand");
      const edited = await work();
      assertEquals([edited.code, await Deno.readTextFile(svg)], [1, "edited by hand"]);
      assertStringIncludes(edited.stderr, "scores.svg (changed since it was written)");
      await Deno.remove(svg);
      await plant(`${svg}.partial`);
      assertEquals((await work()).code, 0);
      assertEquals(await Deno.readTextFile(svg), drawn);
      assertEquals(namesIn(`${folder}/run`).some((name) => name.endsWith(".partial")), false);
    }
    for (const venue of ["acl", "icml"]) { // those of another venue are the run's own
      assertEquals((await runHere("figures", [...figures, "--venue", venue])).code, 0);
    }
    const elsewhere = [...figures, "--out", `${folder}/paper`];
    assertEquals((await runHere("figures", elsewhere)).code, 0);
    const again = await runHere("figures", [...elsewhere, "--venue", "acl"]);
    assertEquals(again.code, 1);
    assertStringIncludes(
      again.stderr,
      "own: scores.svg; move that away, choose another folder (--out), or replace it (--overwrite)",
    );
    assertEquals(
      (await runHere("figures", [...elsewhere, "--venue", "acl", "--overwrite"])).code,
      0,
    );
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
