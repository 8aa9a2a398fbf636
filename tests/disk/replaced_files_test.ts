import { assertEquals } from "@std/assert";
import { findReplaced } from "../../lib/disk/replaced_files.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";

Deno.test("findReplaced() finds the command's own files, links among them, and refuses all if one is another's", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "own");
    await Deno.symlink("nowhere", `${folder}/link`);
    const names = ["a", "link", "a", "missing"];
    const found = await findReplaced(folder, names, { isOwn: () => true });
    assertEquals(found, [`${folder}/a`, `${folder}/link`]);
    await Deno.mkdir(`${folder}/folder`);
    await Deno.writeTextFile(`${folder}/b`, "mine");
    const all = [...names, "folder", "b"];
    await assertRejectsCode(
      () => findReplaced(folder, all, { isOwn: (name) => name !== "b", fix: "think" }),
      "folder-taken",
      `Cannot write into "${folder}": it holds what is not known to be the kit's own: folder, b; think`,
    );
  }));
