/** Faults in the middle of a run: one line, exit code 1, and finished rows are kept. */

import { assert, assertEquals } from "@std/assert";
import { differingFiles, keptRows, untilKept } from "./killed_run.ts";
import { runHere } from "./task_here.ts";
import { endOf, fixture, inFolder, namesIn, startTask, TINY } from "./task_process.ts";

/** The flags for a data file with the given number of rows, each with an image file of its own. */
async function manyImages(folder: string, count: number): Promise<string[]> {
  const [images, data] = [`${folder}/images`, `${folder}/pairs.json`];
  await Deno.mkdir(images);
  const photo = await Deno.readFile(fixture("images/photo.jpg"));
  const pairs = [];
  for (let i = 0; i < count; i++) {
    await Deno.writeFile(`${images}/${i}.jpg`, photo);
    const pair = { id: `row-${i}`, image: `${i}.jpg`, negation: "foil" };
    pairs.push({ ...pair, caption: "There is a boat.", foil: "There is no boat." });
  }
  await Deno.writeTextFile(data, JSON.stringify(pairs));
  return [...TINY.slice(0, 2), "--data", data, "--images", images];
}

Deno.test("a run keeps finished rows when an image vanishes, and resumes when the image is back", () =>
  inFolder(async (folder) => {
    const flags = await manyImages(folder, 160);
    const [out, whole] = [`${folder}/run`, `${folder}/whole`];
    const command = [...flags, "--format", "none", "--out"];
    const process = startTask("evaluate", [...command, out]);
    await untilKept(out, process);
    const [last, away] = [`${folder}/images/159.jpg`, `${folder}/away.jpg`];
    await Deno.rename(last, away);
    const { code, stdout, stderr } = await endOf(process);
    assertEquals([code, stdout], [1, ""]);
    assertEquals(
      stderr,
      `Cannot find image "159.jpg" of pair "row-159" in folder "${folder}/images": there is no such file; check the folder of the images\n`,
    );
    assertEquals(namesIn(out), ["finished.jsonl", "manifest.json"]);
    assertEquals(keptRows(out), { images: 144 }); // all batches of 16 but the last
    await Deno.rename(away, last);
    const [again, alone] = await Promise.all([
      runHere("evaluate", [...command, out]),
      runHere("evaluate", [...command, whole]),
    ]);
    assertEquals([again.code, alone.code], [0, 0]);
    assert(again.stdout.startsWith("images: goes on after 144 finished images\n"));
    assertEquals(differingFiles(out, whole), []);
  }));

Deno.test("a run reports a file that cannot be written in one line, and keeps finished rows", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const flags = [...await manyImages(folder, 160), "--out", out];
    const process = startTask("trace", flags);
    await untilKept(out, process);
    await Deno.mkdir(`${out}/summary.csv/mine`, { recursive: true });
    const { code, stdout, stderr } = await endOf(process);
    assertEquals([code, stdout], [1, ""]);
    assertEquals(
      stderr,
      `Cannot write "${out}/summary.csv": Is a directory; make room, or choose another folder\n`,
    );
    const names = ["evaluate.csv", "finished.jsonl", "manifest.json", "summary.csv"];
    assertEquals(namesIn(out), names);
    await Deno.remove(`${out}/summary.csv`, { recursive: true });
    const again = await runHere("trace", flags);
    assertEquals([again.code, again.stderr], [0, ""]);
    assertEquals(namesIn(out).filter((name) => name.endsWith(".partial")), []);
  }));
