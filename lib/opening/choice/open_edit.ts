/** The edit that is chosen. */

import type { Edit } from "../../edits/edit.ts";
import { readEdit } from "../../edits/read_edit.ts";
import { onDisk } from "../../files/disk.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";
import { findModel } from "./find_model.ts";

/** Reads the edit of a choice; the model that a transplant takes from is found as `--model` is. */
export async function openEdit(
  { edit: path }: Pick<StudyChoice, "edit">,
): Promise<Edit | undefined> {
  if (path === undefined) return undefined;
  const edit = readEdit(onDisk(path));
  if (edit.kind !== "transplant") return edit;
  const { folder } = await findModel({ model: edit.from }, (option) => option);
  return { ...edit, from: folder };
}
