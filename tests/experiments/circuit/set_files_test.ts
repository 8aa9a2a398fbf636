import { DISK } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
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
    const start = 'Cannot take nodes from "the given value": ';
    assertThrowsCode(() => SETS.parse(text), "file-malformed", start + says);
  }
});

Deno.test("--circuit takes the nodes of a circuit.json", () => {
  const given = CIRCUIT.parse(JSON.stringify({
    nodes: ["mlp 1", "head 2.3"],
    faithfulness: { all: { n: 7, estimate: .9, low: .8, high: 1 }, foil: { n: 3 } },
    model: [{ file: "m", sha256: "1" }],
  }))!;
  assertEquals(given, { nodes: ["mlp 1", "head 2.3"] });
  assertEquals(CIRCUIT.parse(CIRCUIT.print(given)!), given);
  assertEquals(CIRCUIT.brief!(given), "(2 nodes)");
  assertEquals(CIRCUIT.parse('{"nodes": ["mlp 1", "mlp 1"]}'), { nodes: ["mlp 1"] });
  const wrong: readonly [string, string][] = [
    ["{}", '"nodes" is missing'],
    ['{"nodes": []}', "its run found no circuit"],
    ['{"nodes": ["head 1"]}', '"nodes" has "head 1"'],
  ];
  for (const [text, says] of wrong) {
    const start = 'Cannot take nodes from "the given value": ';
    assertThrowsCode(() => CIRCUIT.parse(text), "file-malformed", start + says);
  }
});

Deno.test("--sets and --circuit refuse a file with a list", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "[1]");
  assertThrowsCode(() => SETS.parse(file, DISK), "file-malformed: it is [1]");
  assertThrowsCode(() => CIRCUIT.parse(file, DISK), "file-malformed: it is [1]");
  await Deno.remove(file);
});
