import { assertEquals } from "@std/assert";
import { writeManifest } from "../../lib/files/manifest.ts";
import { hasAtlas } from "../../lib/paper/beyond.ts";
import { inFolder } from "../scripts/task_process.ts";
import { manifest } from "./finished_parts.ts";

Deno.test("hasAtlas() finds a finished atlas of the same model and data", () =>
  inFolder(async (out) => {
    const made = manifest({ command: "atlas" });
    const { sources } = made;
    assertEquals(await hasAtlas(out, made), false);
    await Deno.mkdir(`${out}/atlas`);
    const path = `${out}/atlas/manifest.json`;
    const found = async (written: Partial<typeof made>) => {
      await writeManifest(path, { ...made, ...written });
      return await hasAtlas(out, { sources });
    };
    assertEquals(await found({}), true);
    assertEquals(await found({ finished: false }), false);
    assertEquals(await found({ command: "trace" }), false);
    const others = [{ file: "existence.json", sha256: "c".repeat(64) }];
    assertEquals(await found({ sources: { ...sources, data: others } }), false);
    assertEquals(await found({ sources: { ...sources, model: others } }), false);
  }));
