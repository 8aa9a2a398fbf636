/** What tells whether a file has changed, without reading it. */

/**
 * A file's size, its times of change and its place on the disk: another stamp means that the file may be another.
 *
 * @param info What the system says of the file.
 */
export function stampOf({ size, mtime, ctime, ino }: Deno.FileInfo): string {
  return `${size} ${mtime?.getTime()} ${ctime?.getTime()} ${ino}`;
}

/**
 * The stamp of a file, see {@linkcode stampOf}.
 *
 * @param path The file.
 * @throws {Deno.errors.NotFound} If there is no such file.
 */
export async function fileStamp(path: string): Promise<string> {
  return stampOf(await Deno.stat(path));
}
