/** Numbers as files and flags spell them. */

const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/**
 * The number that a text spells in decimal digits, such as `0.5`, `-3` or `1e-4`. `Number` also takes `0x1`, `0b1`, `Infinity` and nothing
 * at all. NaN if it spells no number, or one that is too large.
 */
export function decimal(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}
