import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { type Checkpoint, openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { readNumbers } from "../../lib/checkpoint/read_numbers.ts";
import { expectedOf, FILES, FOLDER, TYPE_NAMES } from "./fixtures.ts";

function compare(found: Checkpoint, file: string) {
  const expected = expectedOf(file);
  assertEquals([...found.arrays.keys()].sort(), Object.keys(expected).sort(), file);
  for (const [name, array] of found.arrays) {
    const { type, shape, values } = expected[name]!;
    const said = `${file} ${name}`;
    assertEquals([TYPE_NAMES[array.type], array.shape], [type, shape], said);
    assertEquals(readNumbers(array), Float32Array.from(values, Number), said);
    assertEquals(found.stamps.has(array.path), true);
  }
}

for (const file of FILES.filter((name) => !name.endsWith(".npy"))) {
  Deno.test(`openCheckpoint() finds in ${file} what torch finds in it`, () => {
    compare(openCheckpoint(onDisk(FOLDER + file)), file);
  });
}
