/** torch's zip archives: where the pickle and the numbers of each storage lie, by the archive's directory at its end (PKWARE's APPNOTE 6.3, section 4.3). */

import { NegscopeError, shown } from "../../errors/errors.ts";
import { READABLE, type WeightFile } from "../stored_array.ts";

interface ZipEntry {
  readonly isStored: boolean; // whether its bytes stand in the archive as they are
  readonly size: number; // bytes when unpacked
  readonly header: number; // where the header before it begins
}

interface ZipDirectory {
  readonly entries: ReadonlyMap<string, ZipEntry>; // files by name, in the order of the directory
  readonly start: number; // where the directory begins, after all files
}

const END = 0x06054b50; // the record at the end, and its bytes without a comment
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR = 0x07064b50; // before it, in an archive with large numbers: the place of another such record
const LOCATOR_BYTES = 20;
const LARGE_END = 0x06064b50;
const LARGE_END_BYTES = 56;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
/** The numbers that stand for those of the extra field. */
const [LARGE_16, LARGE_32] = [0xffff, 0xffffffff];
const LARGE_FIELD = 1;

function readZipDirectory(file: WeightFile): ZipDirectory {
  const { start, size, count } = findDirectory(file);
  const bytes = file.read(start, size);
  const view = new DataView(bytes.buffer);
  const text = new TextDecoder();
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const damaged = () => file.damaged(`entry ${i + 1} of ${count} in its zip directory is wrong`);
    if (at + ENTRY_BYTES > size || view.getUint32(at, true) !== ENTRY) throw damaged();
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > size) throw damaged();
    const name = text.decode(bytes.subarray(at + ENTRY_BYTES, nameEnd));
    const places = [20, 24, 42].map((offset) => view.getUint32(at + offset, true));
    const [packed, unpacked, header] = large(view, nameEnd, extraEnd, places);
    if (packed === undefined || unpacked === undefined || header === undefined) throw damaged();
    const isPlain = (view.getUint16(at + 8, true) & 1) === 0 && view.getUint16(at + 10, true) === 0; // neither encrypted nor compressed
    entries.set(name, { isStored: isPlain && packed === unpacked, size: unpacked, header });
    at = next;
  }
  return { entries, start };
}

/** The packed size, the size and the place of an entry: as given, or from its extra field if they are large. */
function large(
  view: DataView,
  start: number,
  end: number,
  given: readonly number[],
): (number | undefined)[] {
  if (!given.includes(LARGE_32)) return [...given];
  for (let at = start; at + 4 <= end;) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === LARGE_FIELD && fieldEnd <= end) {
      let from = at + 4; // only numbers that are large are here, first the size
      const [packed, size, header] = given as [number, number, number];
      const [largeSize, largePacked, largeHeader] = [size, packed, header].map((value) => {
        if (value !== LARGE_32) return value;
        from += 8;
        return from <= fieldEnd ? safe(view.getBigUint64(from - 8, true)) : undefined;
      });
      return [largePacked, largeSize, largeHeader];
    }
    at = fieldEnd;
  }
  return [undefined];
}

function safe(value: bigint): number | undefined {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : undefined;
}

/** The place, size and number of entries of the directory. */
function findDirectory(file: WeightFile): { start: number; size: number; count: number } {
  const tailStart = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = new DataView(file.read(tailStart, file.size - tailStart).buffer);
  let at = tail.byteLength - END_BYTES;
  const isEnd = () =>
    tail.getUint32(at, true) === END &&
    tail.getUint16(at + 20, true) === tail.byteLength - at - END_BYTES;
  while (at >= 0 && !isEnd()) at--;
  if (at < 0) throw file.damaged("the directory at the end of the zip archive is missing");
  let end = tailStart + at;
  let [count, size, start] = [
    ...[tail.getUint16(at + 10, true), tail.getUint32(at + 12, true)],
    tail.getUint32(at + 16, true),
  ] as [number, number, number];
  const large = largeEnd(file, end); // torch writes it always, whether or not numbers are large
  if (large !== undefined) ({ count, size, start, end } = large);
  else if (count === LARGE_16 || size === LARGE_32 || start === LARGE_32) {
    throw file.damaged("the large numbers of the zip archive are missing");
  }
  if (start + size !== end) throw file.damaged("its zip directory is not where its end says");
  return { start, size, count };
}

/** The same with large numbers, from the records before the end; undefined if there are none. */
function largeEnd(file: WeightFile, end: number) {
  const wrong = () => file.damaged("the record of large numbers in the zip archive is wrong");
  if (end < LOCATOR_BYTES + LARGE_END_BYTES) return undefined;
  const locator = new DataView(file.read(end - LOCATOR_BYTES, LOCATOR_BYTES).buffer);
  if (locator.getUint32(0, true) !== LOCATOR) return undefined;
  const recordStart = safe(locator.getBigUint64(8, true));
  if (recordStart !== end - LOCATOR_BYTES - LARGE_END_BYTES) throw wrong();
  const record = new DataView(file.read(recordStart, LARGE_END_BYTES).buffer);
  const [count, size, start] = [32, 40, 48].map((at) => safe(record.getBigUint64(at, true)));
  if (
    record.getUint32(0, true) !== LARGE_END || count === undefined || size === undefined ||
    start === undefined
  ) throw wrong();
  return { count, size, start, end: recordStart };
}

interface Place {
  readonly offset: number;
  readonly length: number; // bytes
}

const LOCAL = 0x04034b50; // the header before a file of the archive
const LOCAL_BYTES = 30;

export class TorchArchive {
  readonly #directory: ZipDirectory;
  readonly #prefix: string;

  constructor(private readonly file: WeightFile) {
    this.#directory = readZipDirectory(file);
    const names = [...this.#directory.entries.keys()];
    const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickles.length !== 1) {
      const isNumpy = names.length > 0 && names.every((name) => name.endsWith(".npy"));
      const what = isNumpy
        ? "it is a NumPy archive (.npz)"
        : "it is a zip archive without the one data.pkl that torch puts into a folder";
      throw file.otherKind(what, READABLE);
    }
    this.#prefix = pickles[0]!.slice(0, -"data.pkl".length);
    const order = this.#placeOf(`${this.#prefix}byteorder`); // older versions of torch wrote none
    if (order !== undefined && order.length !== "little".length) {
      throw file.otherKind("its numbers are big-endian", READABLE);
    }
  }

  pickle(): Uint8Array<ArrayBuffer> {
    const { offset, length } = this.#placeOf(`${this.#prefix}data.pkl`)!;
    return this.file.read(offset, length);
  }

  /** Finds the numbers of a storage. Returns their place; undefined if the archive lacks them. */
  storage(key: string): Place | undefined {
    return this.#placeOf(`${this.#prefix}data/${key}`);
  }

  #placeOf(name: string): Place | undefined {
    const entry = this.#directory.entries.get(name);
    if (entry === undefined) return undefined;
    if (!entry.isStored) {
      throw new NegscopeError("weights-format-unknown", {
        problem: `Cannot read ${shown(name)} in "${this.file.path}"`,
        subject: name,
        reason: "it is compressed or encrypted",
        expected: "a zip archive as torch writes it, without compression",
        fix: "download the original file",
      });
    }
    const header = this.file.read(entry.header, LOCAL_BYTES);
    const view = new DataView(header.buffer);
    const nameLength = view.getUint16(26, true);
    const found = this.file.read(entry.header + LOCAL_BYTES, nameLength);
    if (view.getUint32(0, true) !== LOCAL || new TextDecoder().decode(found) !== name) {
      throw this.file.damaged(`the header before ${shown(name)} does not match the zip directory`);
    }
    const offset = entry.header + LOCAL_BYTES + nameLength + view.getUint16(28, true);
    if (offset + entry.size > this.#directory.start) {
      throw this.file.damaged(`${shown(name)} leaves the zip archive`);
    }
    return { offset, length: entry.size };
  }
}
