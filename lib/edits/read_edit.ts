/** Reads a file of an edit: JSON, whose long lists of numbers may be in .npy or .safetensors files beside it. */

import { openCheckpoint, openNpy } from "../checkpoint/checkpoint.ts";
import { readNumbers } from "../checkpoint/stored_array.ts";
import { NegscopeError, readingFailure, shown, unknownName } from "../errors/errors.ts";
import { type FileAt, MOST_BYTES, textOf } from "../reading/files.ts";
import { isObject, jsonFailure, parseJson } from "../reading/json.ts";
import { dirname, join } from "../reading/path.ts";
import type { Edit, EditKind } from "./edit.ts";
import { nodeName, readNode } from "../tables/nodes.ts";

type Fields = Readonly<Record<string, unknown>>;

interface Field {
  readonly expected: string;
  readonly is: (value: unknown) => boolean;
  /** The value of a file without the field. @default {the field is needed} */
  readonly standard?: unknown;
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "";
const isBlock = (value: unknown) => Number.isInteger(value) && value as number >= 1;
const listOf = (is: (item: unknown) => boolean) => (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every(is);
const oneOf = (...names: readonly [string, ...string[]]): Field => (
  {
    expected: names.join(" or "),
    is: (value) => names.includes(value as string),
    standard: names[0],
  }
);

const isRow = listOf(Number.isFinite);
const MATRIX: Field = {
  expected:
    "rows of finite numbers of one length, or {file} for a .npy or .safetensors file beside",
  is: listOf(isRow), // checkRows() compares their lengths
};
const TEXT: Field = { expected: "a text", is: isText };
const NUMBER: Field = { expected: "a finite number", is: Number.isFinite };
const SENTENCES = oneOf("all", "negated");

/** The fields of each kind besides its name and strength, in the order of an edit. */
const FIELDS: Readonly<Record<EditKind, Readonly<Record<string, Field>>>> = {
  direction: {
    rule: oneOf("add", "simple-neg"),
    sentences: SENTENCES,
    blocks: { expected: "a list of block numbers from 1, each block once", is: areBlocks },
    vectors: MATRIX,
  },
  concept: {
    sentences: SENTENCES,
    block: { expected: "a block number from 1", is: isBlock },
    nouns: { expected: 'a list of lists such as ["star", "stars"]', is: listOf(listOf(isText)) },
    vectors: MATRIX,
  },
  scale: {
    nodes: {
      expected: 'nodes such as "head 4.2" or "mlp 3"',
      is: listOf((node) => readNode(node) !== undefined),
    },
    factor: NUMBER,
  },
  map: { matrix: MATRIX },
  score_rule: {
    prompt: {
      expected: 'a sentence with {} for the noun, such as "a photo of a {}"',
      is: (value) => isText(value) && value.includes("{}"),
    },
    prompts: {
      expected: "an object with a prompt for each noun",
      is: (value) => value === undefined || isObject(value) && Object.values(value).every(isText),
    },
    rule: oneOf("subtract", "cap", "project"),
    cosine: {
      expected: "a number between 0 and 1",
      is: (value) => value === undefined || typeof value === "number" && value > 0 && value < 1,
    },
  },
  merge: {},
  transplant: {
    from: TEXT,
    weights: { expected: "a list of names of weights", is: listOf(isText) },
  },
};

function areBlocks(value: unknown): boolean {
  return listOf(isBlock)(value) && new Set(value).size === value.length;
}

/** Reads the file of an edit; refuses one that is not of the form of its kind. */
export function readEdit(at: FileAt): Edit {
  const content = readJson(at, "edit");
  if (!isObject(content)) throw wrong(at, "content", content, "an object with its kind");
  const { kind } = content;
  const kinds = Object.keys(FIELDS);
  if (!kinds.includes(kind as string)) throw wrong(at, "kind", kind, kinds.join(", "));
  const expected = { name: TEXT, strength: NUMBER, ...FIELDS[kind as EditKind] };
  const known = ["kind", ...Object.keys(expected), ...kind === "scale" ? ["circuit"] : []];
  const other = Object.keys(content).find((name) => !known.includes(name));
  if (other !== undefined) {
    throw unknownName({ doing: `read edit "${at.path}": it has`, name: other, known });
  }
  const given = withFiles(at, content);
  const fields = Object.entries(expected).map(([name, { expected, is, standard }]) => {
    const value = given[name] ?? standard ?? given[name]; // null is refused where there is no standard
    if (is(value)) return [name, value] as const;
    throw wrong(at, name, value, expected);
  });
  const edit = {
    kind,
    ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)),
  } as unknown as Edit;
  if (edit.kind === "score_rule" && edit.cosine !== undefined && edit.rule !== "cap") {
    throw wrong(at, "cosine", edit.cosine, 'none, or "cap" as the rule that uses it');
  }
  checkRows(at, edit);
  checkMoves(at, edit);
  return edit.kind === "scale"
    ? { ...edit, nodes: [...new Set(edit.nodes.map((node) => nodeName(readNode(node)!)))] }
    : edit;
}

/** The content of an edit, as a file that {@linkcode readEdit} takes. */
export function editJson(edit: Edit): object {
  const { kind, name, strength, ...rest } = edit;
  return { kind, name, strength, ...rest };
}

function checkRows(at: FileAt, edit: Edit): void {
  const field = edit.kind === "map" ? "matrix" : "vectors";
  const rows = "vectors" in edit ? edit.vectors : edit.kind === "map" ? edit.matrix : [];
  if (rows.length === 0) return;
  const width = rows[0]!.length;
  const other = rows.find(({ length }) => length !== width);
  if (other !== undefined) {
    const found = `a row of ${other.length} numbers after one of ${width}`;
    throw wrong(at, field, found, MATRIX.expected);
  }
  const refuse = (expected: string) => {
    throw wrong(at, field, `${rows.length} rows of ${width} numbers`, expected);
  };
  if (edit.kind === "direction" && rows.length !== edit.blocks.length) {
    refuse(`a row for each of ${edit.blocks.length} blocks`);
  }
  if (edit.kind === "concept" && (rows.length !== edit.nouns.length || rows.length < 2)) {
    refuse(`a row for each of ${edit.nouns.length} nouns, at least two`);
  }
  if (edit.kind === "map" && rows.length !== width) refuse("as many rows as columns");
}

function checkMoves(at: FileAt, edit: Edit): void {
  const refuse = (field: string, found: unknown, expected: string) => {
    throw wrong(at, field, found, `${expected}, since these change nothing`);
  };
  if (edit.kind === "scale" && edit.factor === 1) refuse("factor", 1, "a factor other than 1");
  const isUnit = (row: readonly number[], i: number) => row.every((x, j) => x === Number(i === j));
  if (edit.kind === "map" && edit.matrix.every(isUnit)) {
    refuse("matrix", "the identity", "another matrix");
  }
  if (edit.kind === "direction" && edit.vectors.every((row) => row.every((x) => x === 0))) {
    refuse("vectors", "zero", "a row that is not");
  }
  if (edit.kind !== "concept") return;
  const [first] = edit.vectors as [number[]];
  if (edit.vectors.every((row) => row.every((x, i) => x === first[i]))) {
    refuse("vectors", "the same for all nouns", "rows that differ");
  }
}

/** The fields with what other files hold of them: the nodes of the circuit in a run's folder, and stored arrays. */
function withFiles(at: FileAt, { circuit, ...fields }: Fields): Fields {
  const beside = (file: string) => ({ files: at.files, path: join(dirname(at.path), file) });
  const entries = Object.entries(fields).map(([name, value]) => {
    if (name !== "vectors" && name !== "matrix" || !isObject(value)) return [name, value];
    if (!isText(value["file"])) throw wrong(at, name, value["file"], "the name of a file");
    return [name, storedRows(at, name, { at: beside(value["file"]), array: value["array"] })];
  });
  if (circuit === undefined) return Object.fromEntries(entries);
  if (!isText(circuit)) throw wrong(at, "circuit", circuit, "the folder of a run of circuit");
  if ("nodes" in fields) {
    throw wrong(at, "nodes", fields["nodes"], "nodes or a circuit, not both");
  }
  const content = readJson(beside(`${circuit}/circuit.json`), "circuit");
  const nodes = isObject(content) ? content["nodes"] : undefined;
  return { ...Object.fromEntries(entries), nodes };
}

function storedRows(
  edit: FileAt,
  field: string,
  { at, array }: { readonly at: FileAt; readonly array: unknown },
): number[][] {
  const arrays = at.path.endsWith(".npy")
    ? new Map([[String(array), openNpy(at)]]) // its name is of no account
    : openCheckpoint(at).arrays;
  const stored = arrays.get(String(array));
  if (stored === undefined) {
    const names = [...arrays.keys()].slice(0, 8).join(", ");
    throw wrong(edit, field, array, `as array one of ${names}`);
  }
  const [rows, columns] = stored.shape;
  if (stored.shape.length !== 2 || rows === 0 || columns === 0) {
    const found = `an array of shape [${stored.shape.join(", ")}]`;
    throw wrong(edit, field, found, "rows and columns");
  }
  const numbers = readNumbers(stored);
  return Array.from(
    { length: rows! },
    (_, i) => [...numbers.subarray(i * columns!, (i + 1) * columns!)],
  );
}

function wrong({ path }: FileAt, field: string, value: unknown, expected: string): NegscopeError {
  return new NegscopeError("file-malformed", {
    problem: `Cannot read edit "${path}"`,
    subject: field,
    reason: `its ${field} is ${value === undefined ? "missing" : shown(value)}`,
    expected,
  });
}

function readJson({ files, path }: FileAt, what: "edit" | "circuit"): unknown {
  try {
    using file = files.open(path);
    file.checkSize(MOST_BYTES.rows);
    return parseJson(textOf(file.readSync(0, file.size)));
  } catch (cause) {
    const isOther = cause instanceof SyntaxError;
    throw new NegscopeError(isOther ? "file-malformed" : "file-unreadable", {
      problem: `Cannot read ${what} "${path}"`,
      reason: isOther ? `it cannot be read as JSON (${jsonFailure(cause)})` : readingFailure(cause),
      fix: what === "circuit"
        ? "name the folder of a run of circuit"
        : "give the file of an edit, as the task edit writes it",
      cause,
    });
  }
}
