/** The stack of a pickle, with its marks. */

import type { Value } from "./values.ts";

/** Values, and marks between them. What lies below the last mark cannot be reached. */
export class Stack {
  readonly #values: Value[] = [];
  readonly #marks: number[] = [];

  /** Puts a value on top. */
  push(value: Value): void {
    this.#values.push(value);
  }

  /** Puts a mark on top. */
  mark(): void {
    this.#marks.push(this.#values.length);
  }

  /** The value on top. */
  get top(): Value {
    if (this.#values.length <= (this.#marks.at(-1) ?? 0)) {
      throw new SyntaxError("its stack is empty");
    }
    return this.#values.at(-1)!;
  }

  /** Takes the value on top. */
  pop(): Value {
    const value = this.top;
    this.#values.length--;
    return value;
  }

  /** Takes a number of values; the last is the one on top. */
  popMany(count: number): Value[] {
    if (this.#values.length - count < (this.#marks.at(-1) ?? 0)) {
      throw new SyntaxError("its stack is empty");
    }
    return this.#values.splice(this.#values.length - count, count);
  }

  /** Takes all values above the last mark, and the mark. */
  popToMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new SyntaxError("its stack has no mark");
    return this.#values.splice(mark, this.#values.length - mark);
  }

  /** Takes the value on top, or the mark if there is none above it. */
  popAny(): void {
    if (this.#marks.length > 0 && this.#values.length === this.#marks.at(-1)) this.#marks.pop();
    else this.pop();
  }
}
