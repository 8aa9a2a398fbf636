/** Whether there is a file. */

/** Whether an error of the system says that there is no such file or folder. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/**
 * Whether a path is that of a file; links are followed.
 *
 * @param path The path.
 * @throws {Error} If the system cannot say, for instance since a folder may not be read.
 */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
