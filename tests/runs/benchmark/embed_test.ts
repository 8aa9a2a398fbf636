import { assertEquals } from "@std/assert";
import { BenchmarkImages } from "../../../lib/runs/benchmark/embed.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";

const row = (id: string, image: string) => ({ id, where: id, pictures: [{ image }] });

const ROWS = [row("a", "train/1.jpg"), row("b", "val/1.jpg"), row("c", "train/1.jpg")];

Deno.test("two names that lead to one file of the folder are refused, since the file may be of either", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/1.jpg`, "");
    const both = 'both lead to its file "1.jpg"; give a folder that has a file for each';
    const said =
      `Cannot tell images "train/1.jpg" and "val/1.jpg" apart in folder "${folder}": ${both}`;
    await assertRejectsCode(() => new BenchmarkImages(folder).find(ROWS), "image-missing", said);
    const once = new BenchmarkImages(folder);
    assertEquals(await once.find([ROWS[0]!, ROWS[2]!]), []);
    assertEquals([...once.paths.keys()], ["train/1.jpg"]);
    const ends = ["1.jpg", "data/train/1.jpg", "train/1.jpg"].map((image) => row(image, image));
    assertEquals(await new BenchmarkImages(folder).find(ends), []);
    for (const image of ["val/1.jpg", "data/val/1.jpg"]) {
      for (const rows of [[...ends, row("v", image)], [row("v", image), ...ends]]) {
        const finding = () => new BenchmarkImages(folder).find(rows);
        await assertRejectsCode(finding, "image-missing: Cannot tell images");
      }
    }
  }));

Deno.test("names with the same end are told apart by the folders that are there", () =>
  inFolder(async (folder) => {
    for (const part of ["train", "val"]) {
      await Deno.mkdir(`${folder}/${part}`);
      await Deno.writeTextFile(`${folder}/${part}/1.jpg`, "");
    }
    const images = new BenchmarkImages(folder);
    assertEquals(await images.find(ROWS), []);
    assertEquals(new Set(images.paths.values()).size, 2);
  }));
