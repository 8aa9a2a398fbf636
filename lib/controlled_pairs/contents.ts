/** Which objects are in an image and which are not, read from files that know it. */

import { readUnique, rowWrong } from "../benchmark/formats/format.ts";
import { NEGBENCH_RETRIEVAL } from "../benchmark/formats/negbench.ts";
import { rowName } from "../benchmark/choice.ts";
import { type Content, hasKeys, rowsOf } from "../benchmark/formats/content.ts";
import { type BadRow, badRow } from "../data/checks/bad_rows.ts";
import { dataEmpty } from "../data/formats/format.ts";
import { type RowPlace, RowReader } from "../data/formats/row_reader.ts";
import { NegscopeError } from "../errors.ts";
import { basename } from "../reading/path.ts";

export interface Contents {
  readonly image: string;
  /** The objects in it, with how many of each there are; undefined where the file does not say how many. */
  readonly present: ReadonlyMap<string, number | undefined>;
  /** The objects that are not in it. @default {all objects of the file's other images} */
  readonly absent?: ReadonlySet<string>;
}

export interface ReadContents {
  readonly contents: readonly Contents[];
  readonly bad: readonly BadRow[];
}

const LIST = "CSV with image,present[,absent], whose cells have names with | between them";
const COCO = "COCO's instances (JSON with images, annotations, categories)";

/**
 * Reads what is in images: the kit's table of objects, NegBench's file for retrieval, or the instances of COCO. In a table without `absent`,
 * and in COCO, an object of the file that an image lacks is not in it; a name that is there several times is so many objects.
 */
export function readContents(content: Content, source: string): ReadContents {
  const read = content.kind === "object" && content.keys.includes("annotations")
    ? cocoContents(content.value, source)
    : content.kind === "table" && hasKeys(content, "image", "present")
    ? listContents(content, source)
    : NEGBENCH_RETRIEVAL.matches(content)
    ? negbenchContents(content, source)
    : undefined;
  if (read === undefined) {
    throw new NegscopeError("data-format-unknown", {
      problem: `Cannot read which objects are in images from "${source}"`,
      reason: content.kind === "table"
        ? `its columns are ${content.columns.join(", ")}`
        : undefined,
      expected: [LIST, NEGBENCH_RETRIEVAL.form, COCO].join("; "),
    });
  }
  if (read.contents.length + read.bad.length === 0) throw dataEmpty(source, "it has no images");
  return read;
}

function listContents(content: Content, source: string): ReadContents {
  const hasAbsent = hasKeys(content, "absent");
  const refusingTwice = onceEach();
  const { found: contents, bad } = readUnique(rowsOf(content), { source }, (row, place) => {
    const present = names(row, "present");
    const counts = new Map<string, number>();
    for (const name of present) counts.set(name, (counts.get(name) ?? 0) + 1);
    const image = row.text("image");
    const absent = hasAbsent ? { absent: new Set(names(row, "absent")) } : {};
    return refusingTwice(withoutBoth({ image, present: counts, ...absent }, place), place);
  });
  return { contents, bad };
}

function names(row: RowReader, key: string): string[] {
  if (row.optional(key) === undefined) return [];
  return row.text(key).split("|").map((name) => name.trim()).filter((name) => name !== "");
}

function negbenchContents(content: Content, source: string): ReadContents {
  const { retrieval, bad } = NEGBENCH_RETRIEVAL.read(content, { source, published: false });
  const contents: Contents[] = [];
  const refusingTwice = onceEach();
  const further = retrieval.flatMap((row) => {
    const place = { where: rowName(row), source };
    const made = {
      image: basename(row.image),
      present: new Map(row.present.map((name) => [name, undefined])),
      absent: new Set(row.absent),
    };
    const named = { id: row.id, where: place.where };
    return badRow(named, [() => contents.push(refusingTwice(withoutBoth(made, place), place))]);
  });
  return { contents, bad: [...bad, ...further] };
}

function withoutBoth(contents: Contents, place: RowPlace): Contents {
  const both = [...contents.present.keys()].find((name) => contents.absent?.has(name));
  if (both === undefined) return contents;
  throw rowWrong(place, `"${both}" is both present and absent`);
}

function onceEach(): (contents: Contents, place: RowPlace) => Contents {
  const images = new Set<string>();
  return (contents, place) => {
    const { image } = contents;
    if (images.has(image)) throw rowWrong(place, `image "${image}" is there twice`);
    images.add(image);
    return contents;
  };
}

/** The instances of COCO: each annotation is one object, a crowd at least two. */
function cocoContents(value: Readonly<Record<string, unknown>>, source: string): ReadContents {
  const place = { source, where: "instances" };
  const lists = RowReader.of(value, place);
  const byId = <Value>(key: string, valueOf: (row: RowReader) => Value) => {
    const values = new Map<number, Value>();
    for (const row of lists.rows(key)) {
      const id = row.number("id", { min: 0, whole: true });
      if (values.has(id)) throw rowWrong(place, `"${key}" has the id ${id} twice`);
      values.set(id, valueOf(row));
    }
    return values;
  };
  const categories = byId("categories", (row) => row.text("name"));
  const refusingTwice = onceEach();
  const images = byId("images", (row) => {
    const contents = { image: row.text("file_name"), present: new Map<string, number>() };
    refusingTwice(contents, place);
    return contents;
  });
  for (const row of lists.rows("annotations")) {
    const image = images.get(row.number("image_id", { min: 0, whole: true }));
    const name = categories.get(row.number("category_id", { min: 0, whole: true }));
    if (image === undefined || name === undefined) {
      throw rowWrong(place, "an annotation's image_id or category_id is in no list");
    }
    const count = row.optional("iscrowd") === 1 ? 2 : 1;
    image.present.set(name, (image.present.get(name) ?? 0) + count);
  }
  return { contents: [...images.values()], bad: [] };
}
