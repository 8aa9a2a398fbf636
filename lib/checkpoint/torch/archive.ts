/** torch's zip archives: where the pickle and the numbers of each storage lie. */

import { NegscopeError, shown } from "../../errors.ts";
import { READABLE, type WeightFile } from "../weight_file.ts";
import { readZipDirectory, type ZipDirectory, type ZipEntry } from "./zip_directory.ts";

export interface Place {
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

const LOCAL = 0x04034b50; // the header before a file of the archive
const LOCAL_BYTES = 30;
/** Bytes of data.pkl; those of published models have less than 1 MB. */
const LARGEST_PICKLE = 1 << 26;
/** Bytes of the file that names the byte order. */
const BYTE_ORDER = 16;

export class TorchArchive {
  readonly #file: WeightFile;
  readonly #directory: ZipDirectory;
  readonly #prefix: string;
  readonly #ends: ReadonlyMap<number, number>;
  readonly #storages = new Map<string, Place | undefined>();

  constructor(file: WeightFile) {
    this.#file = file;
    this.#directory = readZipDirectory(file);
    this.#ends = endsOf(this.#directory);
    const names = [...this.#directory.entries.keys()];
    const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickles.length !== 1) throw otherArchive(file, names);
    this.#prefix = pickles[0]!.slice(0, -"data.pkl".length);
    this.#checkByteOrder();
  }

  pickle(most: number = LARGEST_PICKLE): Uint8Array<ArrayBuffer> {
    const { offset, length } = this.#placeOf(`${this.#prefix}data.pkl`)!;
    if (length > most) {
      throw this.#file.tooLarge(
        `its data.pkl has ${length} bytes, where ${most} are allowed`,
      );
    }
    return this.#file.read(offset, length);
  }

  /** Finds the numbers of a storage. Returns their place; undefined if the archive lacks them. */
  storage(key: string): Place | undefined {
    if (!this.#storages.has(key)) {
      this.#storages.set(key, this.#placeOf(`${this.#prefix}data/${key}`));
    }
    return this.#storages.get(key);
  }

  #checkByteOrder(): void {
    const place = this.#placeOf(`${this.#prefix}byteorder`);
    if (place === undefined) return; // older versions of torch wrote none, and ran on little-endian machines only
    const length = Math.min(place.length, BYTE_ORDER);
    const order = new TextDecoder().decode(this.#file.read(place.offset, length));
    if (order === "little") return;
    throw new NegscopeError("weights-format-unknown", {
      problem: `Cannot read weight file "${this.#file.path}"`,
      reason: `its byte order is "${order}"`,
      expected: `"little"`,
      fix: "load it with torch and save it again on an ordinary machine",
    });
  }

  #placeOf(name: string): Place | undefined {
    const entry = this.#directory.entries.get(name);
    if (entry === undefined) return undefined;
    this.#checkStored(entry);
    const header = this.#file.read(entry.header, LOCAL_BYTES);
    const view = new DataView(header.buffer);
    const nameLength = view.getUint16(26, true);
    const found = this.#file.read(entry.header + LOCAL_BYTES, nameLength);
    if (
      view.getUint32(0, true) !== LOCAL || view.getUint16(8, true) !== entry.method ||
      new TextDecoder().decode(found) !== name
    ) throw this.#file.damaged(`the header before ${shown(name)} does not match the zip directory`);
    const offset = entry.header + LOCAL_BYTES + nameLength + view.getUint16(28, true);
    if (offset + entry.size > this.#ends.get(entry.header)!) {
      throw this.#file.damaged(`${shown(name)} overlaps what follows in the zip archive`);
    }
    return { offset, length: entry.size };
  }

  #checkStored({ name, method, encrypted, packed, size }: ZipEntry): void {
    if (method === 0 && !encrypted && packed === size) return;
    throw new NegscopeError("weights-format-unknown", {
      problem: `Cannot read ${shown(name)} in "${this.#file.path}"`,
      subject: name,
      reason: "it is compressed or encrypted",
      expected: "a zip archive as torch writes it, without compression",
      fix: "download the original file",
    });
  }
}

/** By the place of each entry's header, the place of the next header, or of the directory: for two entries in one place, that place. */
function endsOf({ entries, start }: ZipDirectory): Map<number, number> {
  const fromLast = [...entries.values()].map(({ header }) => header).sort((a, b) => b - a);
  return new Map(fromLast.map((header, i) => [header, fromLast[i - 1] ?? start]));
}

function otherArchive(file: WeightFile, names: readonly string[]): NegscopeError {
  const isNumpy = names.length > 0 && names.every((name) => name.endsWith(".npy"));
  const what = isNumpy
    ? "it is a NumPy archive (.npz)"
    : "it is a zip archive without the one data.pkl that torch puts into a folder";
  return file.otherKind(what, READABLE);
}
