/** Parts of paths. Both kinds of separator are read, so that a path of any system has the same parts; a slash joins. */

/** The last name of a path; separators at its end do not count. */
export function basename(path: string): string {
  return /([^/\\]*)[/\\]*$/.exec(path)![1]!;
}

/** The folder that a path's last name is in; `.` if the path is a name alone. */
export function dirname(path: string): string {
  const folder = /^(.*?)[/\\]*[^/\\]+[/\\]*$/s.exec(path)?.[1] ?? "";
  if (folder !== "") return folder;
  return /^[/\\]/.test(path) ? path[0]! : ".";
}

export function join(folder: string, name: string): string {
  if (folder === "." || folder === "") return name;
  return /[/\\]$/.test(folder) ? folder + name : `${folder}/${name}`;
}

/** Whether a path begins at the root of a file system, of this or another kind. */
export function isAbsolute(path: string): boolean {
  return /^([a-z]:|[/\\])/i.test(path);
}

/** Whether a file or folder lies in a folder. */
export function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder) &&
    (/[/\\]$/.test(folder) || /^[/\\]/.test(path.slice(folder.length)));
}
