import { assertEquals } from "@std/assert";
import { SCREEN } from "../../lib/charts/spec.ts";
import { writeManifest } from "../../lib/files/manifest_file.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { PAPER_PARTS } from "../../lib/paper/parts.ts";
import { openPartsFolder } from "../../lib/parts/parts_folder.ts";
import { SameInputs } from "../../lib/parts/same_inputs.ts";
import { writeShard } from "../../lib/parts/write_parts.ts";
import type { Sources } from "../../lib/reading/path.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { MANIFEST } from "../runs/run_folders.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

const { model, data } = MANIFEST.sources;
const images = (sha256: string) => [...data, { file: "images", sha256 }];
const inputs = (sources: Partial<Sources>, protocol = "rephrased") => ({
  options: { protocol },
  sources: { model, data, ...sources },
});

Deno.test("SameInputs takes parts of the same files, with other images for another protocol and a file that one alone reads", () => {
  const same = new SameInputs(inputs({ data: images("1") }));
  same.check("trace", inputs({ data: images("1") }));
  same.check("standard", inputs({ data: images("2") }, "standard"));
  same.check("correlate", inputs({ data: [...data, { file: "sizes.csv", sha256: "3" }] }));
});

Deno.test("SameInputs names the input of a part that is not the folder's, nor that of an earlier part", () => {
  const [file] = model;
  const edit = { file: "edit", sha256: "4" };
  const others: readonly (readonly [Partial<Sources>, string])[] = [
    [{ data: [{ ...data[0]!, sha256: "other" }] }, 'data file "existence.json"'],
    [{ model: [{ ...file!, sha256: "other" }, edit] }, 'model file 1 "config.json"'],
    [{ model: [file!, edit, edit] }, "number of model files"],
    [{ model: [file!, { ...edit, sha256: "5" }] }, "edit"],
    [{ data: images("5") }, "set of images (rephrased)"],
  ];
  for (const [sources, what] of others) {
    const whole = { model: [file!, edit] };
    const same = new SameInputs(inputs(whole));
    same.check("first", inputs({ ...whole, data: images("1") }));
    assertThrowsCode(
      () => same.check("trace", inputs({ ...whole, ...sources })),
      "file-changed",
      `Cannot use part "trace" with the others: its ${what} is not the one that the others have; restore it and run the same command again, or begin anew (--overwrite)`,
    );
  }
});

Deno.test("nothing is written beside parts of different files", () =>
  inFolder(async (out) => {
    const identity = { ...MANIFEST, command: "paper" };
    const { folder } = await openPartsFolder(PAPER_PARTS, identity, {
      ...{ out, files: ["parts.json"], seed: 0, overwrite: false },
    });
    using _folder = folder;
    const parts = PAPER_PARTS.all.filter(({ name }) => ["trace", "attend"].includes(name));
    for (const [i, { name }] of parts.entries()) {
      await Deno.mkdir(`${out}/${name}`);
      await Deno.writeTextFile(`${out}/${name}/summary.txt`, "found");
      await writeManifest(`${out}/${name}/manifest.json`, {
        ...{ ...MANIFEST, command: name, checksums: { "summary.txt": sha256Text("found") } },
        sources: { ...MANIFEST.sources, data: [{ ...data[0]!, sha256: `b${2 + i}` }] },
      });
    }
    const pictures = { formats: [], preset: SCREEN };
    const results = { out, identity, format: "valse", seed: 0, parts, leftOut: [], pictures };
    const writing = () => writeShard(folder, results);
    await assertRejectsCode(writing, "file-changed", 'its data file "existence.json"');
    assertEquals(namesIn(out).includes("parts.json"), false);
  }));
