/** The bytes of a pickle, read from front to back. */

/** Bytes of a whole number that is read. */
const LONGEST_NUMBER = 8;

export class ByteStream {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  readonly #latin1 = new TextDecoder("latin1");
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#skip(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#skip(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** A length in eight bytes. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true)); // if it is rounded, it is too long anyway
  }

  float64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  /** Bytes, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    const bytes = this.bytes(length);
    try {
      return this.#text.decode(bytes);
    } catch {
      throw new SyntaxError("a text is not in UTF-8");
    }
  }

  /** A text of Python 2. */
  oldText(length: number): string {
    return this.#latin1.decode(this.bytes(length));
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new SyntaxError("it ends within a line");
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  /** A whole number in two's complement; one that no tensor can need, of more than eight bytes, stays its bytes. */
  long(length: number): number | bigint | Uint8Array {
    const bytes = this.bytes(length);
    if (length > LONGEST_NUMBER) return bytes;
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[i]!);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  /** Moves on, and gives the place before. */
  #skip(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) {
      throw new SyntaxError(`it ends at byte ${this.#bytes.length} instead of ${start + length}`);
    }
    this.#at += length;
    return start;
  }
}
