import { assertEquals } from "@std/assert";
import { idsDigest, scoredOn } from "../../../lib/experiments/circuit/circuit_files.ts";

const HERE = {
  model: [{ file: "a", sha256: "1" }, { file: "b", sha256: "2" }],
  data: [{ file: "c", sha256: "3" }],
  rows: "4",
};

Deno.test("idsDigest() is the SHA-256 of the ids, quoted, one a line", () => {
  assertEquals(
    idsDigest(["a", 'b "c']),
    "e0faa3a5e70833ebd6dbe4186e03bae5d8b4c725567f1f28a4af2ffe3d0b5f65",
  ); // sha256sum
});

Deno.test("scoredOn() compares the content of files, and the rows", () => {
  const moved = [{ file: "d", sha256: "2" }, { file: "e", sha256: "1" }];
  const more = [...HERE.model, { file: "image tower", sha256: "9" }]; // these rows have no images
  const cases = [
    [{ ...HERE, model: moved }, "chosen"],
    [{ ...HERE, model: more }, "chosen"],
    [{ ...HERE, model: [{ file: "a", sha256: "1" }] }, "other"],
    [{ ...HERE, rows: "5" }, "same_data"],
    [{ ...HERE, data: [] }, "other"],
    [{ model: HERE.model, data: HERE.data }, ""],
    [{ data: HERE.data, rows: "4" }, ""],
    [undefined, ""],
  ] as const;
  for (const [there, on] of cases) assertEquals(scoredOn(there, HERE), on);
});
