import { assertEquals } from "@std/assert";
import { shardsOf } from "../../../lib/hub/files/shards.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { remote } from "./remote.ts";

const INDEX = "model.safetensors.index.json";
const SHARDS = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"] as const;

async function shards(index: string, others: readonly string[] = SHARDS): Promise<string[]> {
  const texts = Object.fromEntries(others.map((path) => [path, path]));
  const { files, read } = remote({ ...texts, [INDEX]: index });
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = await shardsOf(byPath.get(INDEX)!, { byPath, repository: "a/b", read });
  return found.map(({ path }) => path);
}

const map = (...names: readonly unknown[]) =>
  JSON.stringify({ weight_map: Object.fromEntries(names.map((name, i) => [`w${i}`, name])) });

Deno.test("shardsOf() gives each shard once, sorted by name", async () => {
  assertEquals(await shards(map(SHARDS[1], SHARDS[0], SHARDS[1])), [...SHARDS]);
  assertEquals(await shards(map(SHARDS[0])), [SHARDS[0]]);
});

Deno.test("shardsOf() names the shard that the repository lacks", async () => {
  await assertRejectsCode(
    () => shards(map(...SHARDS), SHARDS.slice(0, 1)),
    "hub-files-missing",
    `Cannot download "a/b": it has no ${
      SHARDS[1]
    }, which its ${INDEX} names; take another revision, or another of its forms with --form`,
  );
});

Deno.test("shardsOf() refuses an index that names a file elsewhere, even if the repository lists it", async () => {
  for (const name of ["../model.safetensors", "/etc/passwd", "x/a.bin", "..\\a.bin", ".bin", 7]) {
    const others = [...SHARDS, `${name}`];
    await assertRejectsCode(
      () => shards(map(SHARDS[0], name), others),
      "hub-answer-wrong",
      `Cannot read "${INDEX}" of "a/b", which says what to download: it names `,
    );
  }
});

Deno.test("shardsOf() refuses an index without a map of files", async () => {
  const cases = [
    ["[]", '"weight_map" is no object'],
    ['{"weight_map": ["a.bin"]}', '"weight_map" is no object'],
    ['{"weight_map": {}}', '"weight_map" names no file'],
    ["{", "it cannot be read as JSON"],
  ] as const;
  for (const [index, reason] of cases) {
    await assertRejectsCode(() => shards(index), "hub-answer-wrong", reason);
  }
});
