import { AssertionError } from "./assertion_error.ts";
import { format } from "./message.ts";

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) failOrder({ actual, expected, sign: ">", msg });
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) failOrder({ actual, expected, sign: "<", msg });
}

interface Order {
  readonly actual: unknown;
  readonly expected: unknown;
  readonly sign: ">" | "<";
  readonly msg: string | undefined;
}

function failOrder({ actual, expected, sign, msg }: Order): never {
  throw new AssertionError(msg ?? `Expect ${format(actual)} ${sign} ${format(expected)}`);
}
