/** Error that a failed assertion throws. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** How a message ends: with the caller's own words, if there are any. */
export function ending(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}
