import { assertEquals } from "@std/assert";
import { type Checkpoint, openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { readNumbers, readNumbersSync } from "../../lib/checkpoint/read_numbers.ts";
import { expectedOf, FILES, FOLDER, TYPE_NAMES } from "./fixtures.ts";

async function compare(found: Checkpoint, file: string) {
  const expected = expectedOf(file);
  assertEquals([...found.arrays.keys()].sort(), Object.keys(expected).sort(), file);
  for (const [name, array] of found.arrays) {
    const { type, shape, values } = expected[name]!;
    const said = `${file} ${name}`;
    assertEquals([TYPE_NAMES[array.type], array.shape], [type, shape], said);
    const numbers = await readNumbers(array);
    assertEquals(numbers, Float32Array.from(values, Number), said);
    assertEquals(readNumbersSync(array), numbers, said);
    assertEquals(found.files.includes(array.path), true);
  }
}

for (const file of FILES.filter((name) => !name.endsWith(".npy"))) {
  Deno.test(`openCheckpoint() finds in ${file} what torch finds in it`, async () => {
    await compare(await openCheckpoint(FOLDER + file), file);
  });
}
