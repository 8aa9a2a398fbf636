import { assertEquals, assertStringIncludes } from "@std/assert";
import { editJson, readEdit } from "../../lib/edits/read_edit.ts";
import type { Edit } from "../../lib/edits/edit.ts";
import { float32Bytes, npyHeader } from "../../lib/files/tensors.ts";
import { MemoryFiles } from "../../lib/reading/files.ts";
import { assertThrowsCode } from "../error_codes.ts";

const DIRECTION: Edit = {
  ...{ kind: "direction", name: "mean difference", strength: 0.5, rule: "add" },
  ...{ sentences: "negated", blocks: [2], vectors: [[1, -2, 0.25]] },
};
const SCALE = { kind: "scale", name: "s", strength: 1, factor: 0, nodes: ["mlp 1"] };
const MAP = { kind: "map", name: "m", strength: 1, matrix: [[1, 0], [0, 2]] };
const CONCEPT = {
  ...{ kind: "concept", name: "c", strength: 1, block: 1, nouns: [["star"], ["ring"]] },
  vectors: [[1, 2], [2, 1]],
};

const RULE = { kind: "score_rule", name: "s", strength: 1, prompt: "a {}" };
const MERGE = { kind: "merge", name: "m", strength: 0.5 };

function read(
  content: unknown,
  beside: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {},
): Edit {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const bytes = new TextEncoder().encode(text);
  const files = new MemoryFiles([["in/edit.json", bytes], ...Object.entries(beside)]);
  return readEdit({ files, path: "in/edit.json" });
}

Deno.test("readEdit() reads what editJson() writes, and takes scores as subtracted where no rule is named", () => {
  const rule = { ...RULE, rule: "subtract" };
  for (const edit of [DIRECTION, MERGE, rule] as Edit[]) assertEquals(read(editJson(edit)), edit);
  assertEquals<unknown>(read(RULE), rule);
});

Deno.test("readEdit() reads numbers from a .npy file beside, and nodes from the folder of a circuit", () => {
  const array = Uint8Array.from([
    ...npyHeader("<f4", [1, 3]).flatMap((part) => [...part]),
    ...float32Bytes(Float32Array.of(1, -2, 0.25)),
  ]);
  const stored = { ...DIRECTION, vectors: { file: "v.npy" } };
  assertEquals(read(stored, { "in/v.npy": array }), DIRECTION);
  const circuit = new TextEncoder().encode('{"nodes": ["head 1.2", "mlp 3"]}');
  const scale = { kind: "scale", name: "c", strength: 1, factor: 2, circuit: "run" };
  const { nodes } = read(scale, { "in/run/circuit.json": circuit }) as Edit & { kind: "scale" };
  assertEquals(nodes, ["head 1.2", "mlp 3"]);
});

/** Wrong files, with what the message says of each. */
const WRONG: readonly (readonly [content: unknown, said: string])[] = [
  ["{", "cannot be read as JSON"],
  [[1], "an object with its kind"],
  [{}, "its kind is missing; expected direction, concept, scale"],
  [{ ...DIRECTION, kind: "steer" }, 'its kind is "steer"'],
  [{ ...DIRECTION, strength: "1" }, 'its strength is "1"; expected a finite number'],
  [{ ...DIRECTION, vectors: [[0, 0]] }, "expected a row that is not, since these change nothing"],
  [{ ...SCALE, factor: 1 }, "other than 1, since these change nothing"],
  [{ ...MAP, matrix: [[1, 0], [0, 1]] }, 'its matrix is "the identity"; expected another'],
  [{ ...CONCEPT, vectors: [[1, 2], [1, 2]] }, 'its vectors is "the same for all nouns"'],
  [{ ...RULE, prompts: null }, "its prompts is null; expected an object"],
  [{ ...RULE, rule: "add" }, 'its rule is "add"; expected subtract or cap or project'],
  [{ ...RULE, cosine: 1.2 }, "expected a number between 0 and 1"],
  [{ ...RULE, rule: "subtract", cosine: 0.9 }, "its cosine is 0.9; expected none"],
  [{ ...RULE, cap: 0.92 }, 'it has "cap"'],
  [{ ...MERGE, block: 1 }, 'it has "block"'],
  [{ ...DIRECTION, blocks: [0] }, "a list of block numbers from 1"],
  [{ ...DIRECTION, blocks: [1, 1] }, "each block once"],
  [{ ...SCALE, nodes: undefined, circuit: "absent" }, "name the folder of a run of circuit"],
  [{ ...DIRECTION, blocks: [1, 2] }, "a row for each of 2 blocks"],
  [{ ...DIRECTION, blocks: [1, 2], vectors: [[1, 2], [3]] }, "a row of 1 numbers after one of 2"],
  [{ ...DIRECTION, vectors: { file: "absent.npy" } }, "absent.npy"],
  [{ ...DIRECTION, sentences: "some" }, "expected all or negated"],
  [{ ...DIRECTION, factor: 1 }, 'it has "factor"'],
  [{ ...SCALE, nodes: ["head 0.1"] }, 'nodes such as "head 4.2"'],
  [{ ...MAP, matrix: [[1, 0]] }, '"1 rows of 2 numbers"; expected as many rows as columns'],
  [{ ...RULE, prompt: "a photo" }, "a sentence with {}"],
  [{ ...CONCEPT, nouns: [["star"]], vectors: [[1]] }, "at least two"],
];

Deno.test("readEdit() refuses what is not of the form of its kind, and says what", () => {
  for (const [content, said] of WRONG) {
    const code = /absent|run of circuit/.test(said)
      ? "file-unreadable"
      : said.startsWith("it has")
      ? "name-unknown"
      : "file-malformed";
    assertStringIncludes(assertThrowsCode(() => read(content), code).message, said);
  }
});
