import { onDisk } from "../../lib/files/read_file.ts";
import { assert, assertEquals } from "@std/assert";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { NegscopeError } from "../../lib/errors.ts";
import { FOLDER, Folder } from "./fixtures.ts";

/** Opens a file; returns the code of the error, and throws any that is not the kit's. */
function outcome(path: string): string {
  try {
    openCheckpoint(onDisk(path));
    return "read";
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    assertEquals(error.message.includes("\n"), false);
    return error.code;
  }
}

for (
  const [file, step] of [
    ...[["packed.safetensors", 1], ["protocol5.pt", 1], ["script.pt", 50], ["state_dict.pt", 50]],
    ...[["wrapped.pt", 50], ["module.pt", 50], ["sparse.pt", 50]],
  ] as [string, number][]
) {
  Deno.test(`openCheckpoint() refuses ${file} cut off anywhere`, () => {
    using folder = new Folder();
    const path = folder.write("cut", Deno.readFileSync(FOLDER + file));
    for (let length = Deno.statSync(path).size - 1; length >= 0; length -= step) {
      Deno.truncateSync(path, length);
      const code = outcome(path);
      assert(/^weights-(damaged|format-unknown)$/.test(code), `${length}: ${code}`);
    }
  });
}
