import { assertEquals } from "@std/assert";
import { checksumsOf } from "../../lib/subject/checksums.ts";
import { openInputs } from "../../lib/subject/inputs.ts";
import { Subject } from "../../lib/subject/subject.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

Deno.test("score() refuses an image whose file has changed since its checksum was taken, and readImage() one that is gone", () =>
  inFolder(async (folder) => {
    for await (const { name, isFile } of Deno.readDir(TINY.images)) {
      if (isFile) await Deno.copyFile(`${TINY.images}/${name}`, `${folder}/${name}`);
    }
    const { model, pairs: data } = TINY;
    const inputs = await openInputs({ model, data, images: folder, threads: 1 });
    const checksums = await checksumsOf(inputs);
    await using subject = await Subject.load(inputs, { checksums });
    const { image } = subject.pairs[0]!;
    const read = subject.readImage!;
    const bytes = await read(image);
    await Deno.writeFile(`${folder}/${image}`, new Uint8Array([...bytes, 0]));
    const { subject: named } = await assertRejectsCode(
      () => subject.score(),
      "image-changed",
      `Cannot use image "${image}": its file has changed since the run began; run the same command`,
    );
    assertEquals(named, image);
    await Deno.remove(`${folder}/${image}`);
    await assertRejectsCode(() => read(image), "image-missing", `image "${image}" of pair "`);
  }));
