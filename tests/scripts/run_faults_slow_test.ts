/** Faults in the middle of a run: one line, the right exit code, and finished rows are kept. */

import { assertEquals } from "@std/assert";
import { untilKept } from "./killed_run.ts";
import { done } from "./task_here.ts";
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
      `Cannot write "${out}/summary.csv": Is a directory; make room, or choose another folder (--out)\n`,
    );
    const names = ["evaluate.csv", "finished.jsonl", "manifest.json", "summary.csv"];
    assertEquals(namesIn(out), names);
    await Deno.remove(`${out}/summary.csv`, { recursive: true });
    await done("trace", flags);
    assertEquals(namesIn(out).filter((name) => name.endsWith(".partial")), []);
  }));
