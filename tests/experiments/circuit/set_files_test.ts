import { DISK } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { idsDigest, scoredOn } from "../../../lib/experiments/circuit/circuit_files.ts";
import { CIRCUIT, SETS } from "../../../lib/experiments/circuit/options.ts";
import { assertThrowsCode } from "../../error_codes.ts";

Deno.test("--sets takes lists of nodes by name, and refuses anything else", () => {
  assertEquals(SETS.parse('{"none": [], "two": ["head 1.2", "mlp 3"]}'), {
    ...{ none: [], two: ["head 1.2", "mlp 3"] },
  });
  const wrong: readonly [string, string][] = [
    ["{}", "it has no set"],
    ['{"a": "mlp 1"}', 'set "a" is "mlp 1" instead of a list'],
    ['{"a": [], "b": ["mlp 1", "head 1"]}', 'set "b" has "head 1"'],
    ['{"a": ["head 0.1"]}', 'set "a" has "head 0.1"'],
    ['{"a": [3]}', 'set "a" has 3'],
    ['{"a": [null]}', 'set "a" has null'],
  ];
  for (const [text, says] of wrong) {
    const start = 'Cannot take sets of nodes from "the given value": ';
    assertThrowsCode(() => SETS.parse(text), "file-malformed", start + says);
  }
});

const ORIGIN = { model: [{ file: "m", sha256: "1" }], data: [], rows: "2" };

Deno.test("--circuit takes the nodes of a circuit.json, its faithfulness, and what it was chosen on", () => {
  const estimate = { n: 7, estimate: .9, low: .8, high: 1 };
  const given = CIRCUIT.parse(JSON.stringify({
    nodes: ["mlp 1", "head 2.3"],
    faithfulness: { all: estimate, foil: { n: 3 } },
    random: { circuits: 100 },
    ...{ ...ORIGIN, chosenOn: ORIGIN },
  }))!;
  const bounds = { estimate: .9, low: .8, high: 1 };
  assertEquals(given, {
    nodes: ["mlp 1", "head 2.3"],
    faithfulness: bounds,
    chosenOn: ORIGIN,
  });
  assertEquals(CIRCUIT.parse(CIRCUIT.print(given)!), given);
  assertEquals(CIRCUIT.brief!(given), "(2 nodes)");
  assertEquals(CIRCUIT.parse('{"nodes": ["mlp 1", "mlp 1"]}'), { nodes: ["mlp 1"] });
  const wrong: readonly [string, string][] = [
    ["{}", '"nodes" is missing'],
    ['{"nodes": []}', "its run found no circuit"],
    ['{"nodes": ["head 1"]}', '"nodes" has "head 1"'],
    ['{"nodes": ["mlp 1"], "chosenOn": {"rows": 3}}', "its rows are 3 instead of a checksum"],
    [
      '{"nodes": ["mlp 1"], "chosenOn": {"data": ["a"]}}',
      'its data is ["a"] instead of files with checksums',
    ],
    ['{"nodes": ["mlp 1"], "faithfulness": {"all": {"low": "0"}}}', 'its low "0" is not a number'],
  ];
  for (const [text, says] of wrong) {
    const start = 'Cannot take a circuit from "the given value": ';
    assertThrowsCode(() => CIRCUIT.parse(text), "file-malformed", start + says);
  }
});

Deno.test("--sets and --circuit refuse a file with a list", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "[1]");
  assertThrowsCode(() => SETS.parse(file, DISK), "file-malformed", "it is [1]");
  assertThrowsCode(() => CIRCUIT.parse(file, DISK), "file-malformed", "it is [1]");
  await Deno.remove(file);
});

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
