/** The images of a benchmark, found in a folder by the tail of the path that the file gives. */

import { type BadRow, type RowProblem, rowProblem } from "../../data/bad_rows.ts";
import { type Picture, pictureKey, rowName } from "../../benchmark/choice.ts";
import { NegscopeError } from "../../errors.ts";
import { checkBox, imageSize } from "../../images/decode_image.ts";
import { readImage, resolveImage } from "../../images/image_folder.ts";

const ENDINGS = [".jpg", ".png", ".jpeg", ".webp"];

const COCO_DIGITS = 12;

interface Shown {
  readonly id: string;
  readonly row: number;
  readonly pictures: readonly Picture[];
}

/** A picture, under the text that tells it from all others. */
export interface KeyedPicture {
  readonly id: string;
  readonly image: string;
  readonly box?: Picture["box"];
  /** The image's path in the data. */
  readonly name: string;
}

export class BenchmarkImages {
  readonly #folder: string;
  /** The names of the images within the folder, by the data's. */
  readonly #names = new Map<string, string>();
  #paths = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  get paths(): ReadonlyMap<string, string> {
    return this.#paths;
  }

  async read(image: string): Promise<Uint8Array> {
    return await readImage(this.#folder, this.#names.get(image)!);
  }

  /** Finds the images of all rows; returns the rows with one that is missing, or with a box that lies outside. */
  async find(rows: readonly Shown[]): Promise<BadRow[]> {
    const failures = new Map<string, RowProblem>();
    for (const row of rows) {
      const where = rowName(row);
      for (const picture of row.pictures) {
        const { image } = picture;
        if (!failures.has(image) && !this.#paths.has(image)) {
          await this.#resolve(image, where).catch((error: unknown) => {
            failures.set(image, rowProblem(error));
          });
        }
        const key = pictureKey(picture);
        if (key === image || failures.has(image) || failures.has(key)) continue;
        await this.#checkBox(picture, where).catch((error: unknown) => {
          failures.set(key, rowProblem(error));
        });
      }
    }
    this.#checkDistinct();
    return rows.flatMap(({ id, row, pictures }) => {
      const problems = new Set(
        pictures.flatMap((picture) => [picture.image, pictureKey(picture)])
          .flatMap((key) => failures.get(key) ?? []),
      );
      return problems.size === 0
        ? []
        : [{ id, where: rowName({ id, row }), problems: [...problems] }];
    });
  }

  keep(rows: readonly Shown[]): void {
    const shown = new Set(rows.flatMap(({ pictures }) => pictures.map(({ image }) => image)));
    this.#paths = new Map([...this.#paths].filter(([image]) => shown.has(image)));
  }

  /** Refuses a folder that lacks the folders which tell images apart: which of the names its file has is not known. */
  #checkDistinct(): void {
    const found = new Map<string, string>();
    for (const [image, path] of this.#paths) {
      const other = found.get(path);
      if (other === undefined || isEndOf(other, image)) {
        found.set(path, image);
        continue;
      }
      if (isEndOf(image, other)) continue;
      throw new NegscopeError("image-missing", {
        problem: `Cannot tell images "${other}" and "${image}" apart in folder "${this.#folder}"`,
        subject: image,
        reason: `both lead to its file "${this.#names.get(image)!}"`,
        fix: "give a folder that has a file for each",
      });
    }
  }

  async #resolve(image: string, where: string): Promise<void> {
    let missing: unknown;
    for (const name of namesOf(image)) {
      try {
        this.#paths.set(image, await resolveImage(this.#folder, name, { row: where }));
        this.#names.set(image, name);
        return;
      } catch (error) {
        const isMissing = error instanceof NegscopeError && error.code === "image-missing";
        if (!isMissing) throw error;
        missing ??= error;
      }
    }
    throw missing;
  }

  async #checkBox({ image, box }: Picture, where: string): Promise<void> {
    checkBox(await imageSize(await this.read(image), image), { box: box!, image, where });
  }
}

/** The names that a path may have in the folder: the path, then without its first folders; an image's number also as COCO writes it. */
function namesOf(path: string): string[] {
  const parts = path.split(/[/\\]/).filter((part) => part !== "");
  const inside = parts.slice(parts.lastIndexOf("..") + 1);
  const last = inside.pop() ?? path;
  const files = /\.\w+$/.test(last)
    ? [last]
    : [last, ...ENDINGS.map((ending) => last + ending), ...cocoNames(last)];
  return inside.concat("").flatMap((_, i) => {
    const folders = inside.slice(i).map((folder) => `${folder}/`).join("");
    return files.map((file) => folders + file);
  });
}

/** Whether a path may be another one without its first folders, so that both may mean one image. */
function isEndOf(end: string, path: string): boolean {
  return namesOf(path).includes(namesOf(end)[0]!);
}

function cocoNames(name: string): string[] {
  return /^\d+$/.test(name) ? [`${name.padStart(COCO_DIGITS, "0")}.jpg`] : [];
}
