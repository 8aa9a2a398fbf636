import { readJson, shardsOf, SMALL } from "../../../lib/hub/model_files.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { remote } from "./remote.ts";
import { assertEquals } from "@std/assert";

Deno.test("readJson() reads a file with the checksum of the Hub's list", async () => {
  const { files, read } = remote({ "config.json": '{"a": 1}' });
  assertEquals(await readJson(files[0]!, { repository: "a/b", read }), { a: 1 });
});

Deno.test("readJson() refuses a file that was changed on the way, and one that is too large", async () => {
  const { files, read, asked } = remote({ "config.json": "{}" });
  const [file] = files;
  const other = { ...file!, checksum: { kind: "git" as const, hex: "0".repeat(40) } };
  await assertRejectsCode(
    () => readJson(other, { repository: "a/b", read }),
    "hub-answer-wrong",
    // git hash-object of {}
    `Cannot read "config.json" of "a/b", which says what to download: its checksum is 9e26dfeeb6e641a33dae4961196235bdb965b21b instead of ${
      "0".repeat(40)
    }; run the same command again`,
  );
  assertEquals(asked.length, 1);
  await assertRejectsCode(
    () => readJson({ ...file!, size: SMALL + 1 }, { repository: "a/b", read }),
    "hub-answer-wrong",
    "it has 16777217 bytes, more than 16777216",
  );
  assertEquals(asked.length, 1); // not even requested
});

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
