/** Sizes of files for people. */

/** A number of bytes in the unit that suits it, 1 MB being 10^6 bytes: `316 bytes`, `4.19 kB`, `605 MB`, `1.71 GB`. */
export function sizeText(bytes: number): string {
  const units = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]] as const;
  for (const [unit, name] of units) {
    // 999.6 kB would be printed as 1000 kB
    if (bytes >= 0.9995 * unit && bytes >= 1000) return `${threeDigits(bytes / unit)} ${name}`;
  }
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}

function threeDigits(value: number): string {
  return value < 9.995 ? value.toFixed(2).replace(/0$/, "") : value.toFixed(value < 99.95 ? 1 : 0);
}
