import { assertEquals } from "@std/assert";
import { readJson, SMALL } from "../../../lib/hub/files/small_file.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { remote } from "./remote.ts";

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
