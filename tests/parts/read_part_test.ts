import { assertEquals } from "@std/assert";
import { SCREEN } from "../../lib/charts/venues.ts";
import { readParts } from "../../lib/parts/read_part.ts";
import { sha256Text } from "../../lib/files/sha256.ts";
import { writeManifest } from "../../lib/files/sealed_manifest.ts";
import { MANIFEST } from "../runs/run_folders.ts";
import { inFolder } from "../scripts/task_process.ts";

Deno.test("readParts() takes the picture of a chart from its folder, or none if it cannot be read", () =>
  inFolder(async (out) => {
    const files = { "summary.txt": "negscope trace: x\n\nFound.\n", "trace_map.vl.json": "{}" };
    const folder = `${out}/trace`;
    await Deno.mkdir(folder);
    const checksums: Record<string, string> = {};
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      checksums[name] = sha256Text(text);
    }
    const manifest = { ...MANIFEST, files: Object.keys(files), checksums };
    await writeManifest(`${folder}/manifest.json`, manifest);
    const pictures = async () => {
      const part = { name: "trace", title: "Trace", question: "Where?" };
      const [read] = await readParts(out, [part], { formats: ["svg"], preset: SCREEN });
      return read!.charts.map(({ name, svg }) => [name, svg]);
    };
    await Deno.writeTextFile(`${folder}/trace_map.svg`, "<svg/>");
    assertEquals(await pictures(), [["trace_map", "<svg/>"]]);
    await Deno.remove(`${folder}/trace_map.svg`);
    await Deno.mkdir(`${folder}/trace_map.svg`);
    assertEquals(await pictures(), [["trace_map", undefined]]);
  }));
