import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { FOLDER, Folder } from "./fixtures.ts";
import { assertRefused } from "./refused.ts";

const index = (map: unknown) => JSON.stringify({ metadata: {}, weight_map: map });

Deno.test("openCheckpoint() lists the index and the files that it names", () => {
  const { stamps, source } = openCheckpoint(onDisk(`${FOLDER}model.safetensors.index.json`));
  assertEquals(source, `${FOLDER}model.safetensors.index.json`);
  assertEquals([...stamps.keys()], [
    source,
    ...[1, 2].map((i) => `${FOLDER}model-0000${i}-of-00002.safetensors`),
  ]);
});

Deno.test("openCheckpoint() reads only files beside an index", () => {
  const names = [
    ...["../secret", "/etc/passwd", "a/b", "a\\b", "..", ".", "", "C:x", "a\0", 3, null, ["a"]],
  ];
  for (const name of names) {
    assertRefused(index({ a: name }), "weights-damaged", "which is no plain file name");
  }
});

Deno.test("openCheckpoint() refuses an index that is none", () => {
  const code = "weights-damaged";
  for (const map of [[], 1, null, "a"]) {
    assertRefused(index(map), code, 'its "weight_map" is no object');
  }
  assertRefused(index({}), code, "it names no weight");
  assertRefused('{"weight_map": {"a": "b"', code, "it cannot be read as JSON");
  assertRefused('{"weight_map": {"a": "b", "a": "c"}}', code, '"a" is there again in line 1');
  assertRefused('{"a":'.repeat(800_000), code, "it cannot be read as JSON");
  const deep = `{"a":${'{"a":'.repeat(300_000)}1${"}".repeat(300_000)}}`;
  assertRefused(deep, code, "nested more than 100 levels deep");
  assertRefused(`{"a": "${"a".repeat(2 ** 22)}"}`, "weights-damaged", "as an index it has");
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`w${i}`, `f${i}`]));
  assertRefused(index(many), "weights-damaged", "its index names 1001 files");
});

Deno.test("openCheckpoint() refuses an index that does not belong to the files beside it", () => {
  using folder = new Folder();
  const open = (content: string) => openCheckpoint(onDisk(folder.write("index.json", content)));
  const shard = Deno.readFileSync(`${FOLDER}model-00001-of-00002.safetensors`);
  folder.write("one", shard);
  const lacking = `it puts "none" into "one", which lacks it`;
  assertThrowsCode(() => open(index({ none: "one" })), "weights-damaged", lacking);
  assertThrowsCode(
    () => open(index({ a: "two" })),
    "file-unreadable",
    `Cannot read weight file "${folder.path}/two", which the index "index.json" names: there is no such file; download it again, beside the index`,
  );
  const itself = "it is an index or another JSON file";
  assertThrowsCode(() => open(index({ a: "index.json" })), "weights-format-unknown", itself);
  folder.write("two", shard.subarray(0, 100));
  assertThrowsCode(() => open(index({ a: "two" })), "weights-damaged", `${folder.path}/two"`);
});
