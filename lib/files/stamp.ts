/** What tells whether a file has changed, without reading it. */

/**
 * A file's size and its times of change: another stamp means that the file may be another.
 *
 * @param path The file.
 * @throws {Deno.errors.NotFound} If there is no such file.
 */
export async function stampOf(path: string): Promise<string> {
  const { size, mtime, ctime, ino } = await Deno.stat(path);
  return `${size} ${mtime?.getTime()} ${ctime?.getTime()} ${ino}`;
}
