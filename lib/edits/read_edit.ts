/** Reads a file of an edit: JSON, whose long lists of numbers may be in .npy or .safetensors files beside it. */

import { openCheckpoint } from "../checkpoint/checkpoint.ts";
import { openNpy } from "../checkpoint/npy.ts";
import { readNumbers } from "../checkpoint/read_numbers.ts";
import type { StoredArray } from "../checkpoint/stored_array.ts";
import { NegscopeError, readingFailure, shown, unknownName } from "../errors.ts";
import type { FileAt } from "../reading/files.ts";
import { jsonFailure, parseJson } from "../reading/json.ts";
import { dirname, join } from "../reading/path.ts";
import { MOST_BYTES, textOf } from "../reading/read_file.ts";
import { type Edit, EDIT_KINDS, type EditKind } from "./edit.ts";
import { nodeName, readNode } from "../tables/nodes.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the file of an edit.
 *
 * @param at The file, and the way to read it.
 * @returns The edit.
 * @throws {NegscopeError} If the file or one beside it cannot be read, or is not of the form of its kind.
 */
export function readEdit(at: FileAt): Edit {
  const content = readJson(at, "edit");
  const reader = new Reader(at);
  if (!isObject(content)) throw reader.wrong("content", content, "an object with its kind");
  return reader.edit(content);
}

/** The content of an edit, as a file that {@linkcode readEdit} takes. */
export function editJson(edit: Edit): object {
  const { kind, name, strength, ...rest } = edit;
  return { kind, name, strength, ...rest };
}

class Reader {
  readonly #at: FileAt;

  constructor(at: FileAt) {
    this.#at = at;
  }

  edit(fields: Fields): Edit {
    const { kind } = fields;
    const kinds = Object.keys(EDIT_KINDS);
    if (typeof kind !== "string" || !kinds.includes(kind)) {
      throw this.wrong("kind", kind, kinds.join(", "));
    }
    const parts = this.#partsOf(kind as EditKind, fields);
    const known = ["kind", "name", "strength", "circuit", ...Object.keys(parts)];
    const other = Object.keys(fields).find((name) => !known.includes(name));
    if (other !== undefined) {
      throw unknownName({ doing: `read edit "${this.#at.path}": it has`, name: other, known });
    }
    const edit = {
      kind,
      name: this.#text(fields, "name"),
      strength: this.#number(fields, "strength"),
      ...parts,
    };
    return edit as Edit;
  }

  #partsOf(kind: EditKind, fields: Fields): Omit<Edit, "kind" | "name" | "strength"> {
    switch (kind) {
      case "direction": {
        const blocks = this.#list(fields, "blocks", "a list of block numbers from 1", isPlace);
        if (new Set(blocks).size < blocks.length) {
          throw this.wrong("blocks", blocks, "each block once");
        }
        const vectors = this.#matrix(fields, "vectors");
        if (vectors.length !== blocks.length) {
          throw this.wrong(
            "vectors",
            `${vectors.length} rows`,
            `a row for each of ${blocks.length} blocks`,
          );
        }
        const rule = this.#choice(fields, "rule", ["add", "simple-neg"]);
        return { rule, sentences: this.#sentences(fields), blocks, vectors };
      }
      case "concept": {
        const [block] = this.#list(
          { block: [fields["block"]] },
          "block",
          "a block number from 1",
          isPlace,
        );
        const nouns = this.#list(
          fields,
          "nouns",
          'a list of lists such as ["star", "stars"]',
          isWords,
        );
        const vectors = this.#matrix(fields, "vectors");
        if (vectors.length !== nouns.length || nouns.length < 2) {
          throw this.wrong(
            "vectors",
            `${vectors.length} rows`,
            `a row for each of ${nouns.length} nouns, at least two`,
          );
        }
        return { sentences: this.#sentences(fields), block, nouns, vectors };
      }
      case "scale":
        return { nodes: this.#nodes(fields), factor: this.#number(fields, "factor") };
      case "map": {
        const matrix = this.#matrix(fields, "matrix");
        if (matrix.length !== matrix[0]!.length) {
          throw this.wrong(
            "matrix",
            `${matrix.length} rows of ${matrix[0]!.length} numbers`,
            "as many rows as columns",
          );
        }
        return { matrix };
      }
      case "score_rule": {
        const prompt = this.#text(fields, "prompt");
        const { prompts } = fields;
        if (prompts !== undefined && !(isObject(prompts) && Object.values(prompts).every(isText))) {
          throw this.wrong("prompts", prompts, "an object with a prompt for each noun");
        }
        if (prompt.includes("{}")) return { prompt, ...prompts !== undefined && { prompts } };
        throw this.wrong(
          "prompt",
          prompt,
          'a sentence with {} for the noun, such as "a photo of a {}"',
        );
      }
      case "transplant":
        return {
          from: this.#text(fields, "from"),
          weights: this.#list(fields, "weights", "a list of names of weights", isText),
        };
    }
  }

  wrong(field: string, value: unknown, expected: string): NegscopeError {
    return new NegscopeError("file-malformed", {
      problem: `Cannot read edit "${this.#at.path}"`,
      subject: field,
      reason: `its ${field} is ${value === undefined ? "missing" : shown(value)}`,
      expected,
    });
  }

  #text(fields: Fields, name: string): string {
    const value = fields[name];
    if (isText(value)) return value;
    throw this.wrong(name, value, "a text");
  }

  #number(fields: Fields, name: string): number {
    const value = fields[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.wrong(name, value, "a finite number");
  }

  #choice<Name extends string>(
    fields: Fields,
    name: string,
    names: readonly [Name, ...Name[]],
  ): Name {
    const found = names.find((one) => one === (fields[name] ?? names[0]));
    if (found !== undefined) return found;
    throw this.wrong(name, fields[name], names.join(" or "));
  }

  #sentences(fields: Fields) {
    return this.#choice(fields, "sentences", ["all", "negated"]);
  }

  #list<Item>(
    fields: Fields,
    name: string,
    expected: string,
    is: (item: unknown) => item is Item,
  ): [Item, ...Item[]] {
    const value = fields[name];
    if (Array.isArray(value) && value.length > 0 && value.every(is)) {
      return value as [Item, ...Item[]];
    }
    throw this.wrong(name, name === "block" ? (value as unknown[])[0] : value, expected);
  }

  /** The nodes in the file, or those of the circuit in a run's folder. */
  #nodes(fields: Fields): readonly string[] {
    const { circuit, nodes } = fields;
    const given = circuit === undefined ? fields : this.#circuit(circuit);
    if (circuit !== undefined && nodes !== undefined) {
      throw this.wrong("nodes", nodes, "nodes or a circuit, not both");
    }
    const expected = 'nodes such as "head 4.2" or "mlp 3"';
    const names = this.#list(given, "nodes", expected, isNode);
    return [...new Set(names.map((node) => nodeName(readNode(node)!)))];
  }

  #circuit(folder: unknown): Fields {
    if (!isText(folder)) throw this.wrong("circuit", folder, "the folder of a run of circuit");
    const { files, path } = this.#at;
    const content = readJson(
      { files, path: `${join(dirname(path), folder)}/circuit.json` },
      "circuit",
    );
    return isObject(content) ? content : {};
  }

  /** Rows of numbers of one length: lists, or the array of a file beside this one. */
  #matrix(fields: Fields, name: string): readonly [readonly number[], ...(readonly number[])[]] {
    const value = fields[name];
    const rows = isObject(value) ? this.#stored(name, value) : value;
    const expected =
      "rows of finite numbers of one length, or {file} for a .npy or .safetensors file beside";
    const [first] = this.#list({ [name]: rows }, name, expected, isRow);
    const wrong = (rows as number[][]).find((row) => row.length !== first.length);
    if (wrong !== undefined) {
      throw this.wrong(
        name,
        `a row of ${wrong.length} numbers after one of ${first.length}`,
        expected,
      );
    }
    return rows as [number[], ...number[][]];
  }

  #stored(field: string, { file, array }: Fields): number[][] {
    if (!isText(file)) throw this.wrong(field, file, "the name of a file");
    const at = { files: this.#at.files, path: join(dirname(this.#at.path), file) };
    const stored = file.endsWith(".npy")
      ? openNpy(at)
      : this.#named(openCheckpoint(at).arrays, field, array);
    const [rows, columns] = stored.shape;
    if (stored.shape.length !== 2 || rows === 0 || columns === 0) {
      throw this.wrong(field, `an array of shape [${stored.shape.join(", ")}]`, "rows and columns");
    }
    const numbers = readNumbers(stored);
    return Array.from(
      { length: rows! },
      (_, i) => [...numbers.subarray(i * columns!, (i + 1) * columns!)],
    );
  }

  #named(arrays: ReadonlyMap<string, StoredArray>, field: string, name: unknown): StoredArray {
    const found = name === undefined && arrays.size === 1
      ? [...arrays.values()][0]
      : arrays.get(String(name));
    if (found !== undefined) return found;
    throw this.wrong(field, name, `as array one of ${[...arrays.keys()].slice(0, 8).join(", ")}`);
  }
}

function readJson({ files, path }: FileAt, what: string): unknown {
  let text: string;
  try {
    using file = files.open(path);
    file.checkSize(MOST_BYTES.rows);
    text = textOf(file.readSync(0, file.size));
  } catch (cause) {
    throw new NegscopeError("file-unreadable", {
      problem: `Cannot read ${what} "${path}"`,
      subject: path,
      reason: readingFailure(cause),
      fix: what === "circuit"
        ? "name the folder of a run of circuit"
        : "give the file of an edit, as deno task edit writes it",
      cause,
    });
  }
  try {
    return parseJson(text);
  } catch (cause) {
    throw new NegscopeError("file-malformed", {
      problem: `Cannot read ${what} "${path}"`,
      subject: path,
      reason: `it cannot be read as JSON (${jsonFailure(cause)})`,
      cause,
    });
  }
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "";
const isPlace = (value: unknown): value is number =>
  Number.isInteger(value) && value as number >= 1;
const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText);
const isNode = (value: unknown): value is string => readNode(value) !== undefined;
const isRow = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every(Number.isFinite);
