/** Where an edit of scores has a meaning: for scores of whole sentences, and for nothing that is measured inside a run. */

import { type EditedPart, editText } from "../edits/edit.ts";
import { NegscopeError } from "../errors.ts";
import type { TextTower } from "../model/text/text_tower.ts";

/** What an edit changes that a measurement cannot take into account, and why. */
const REASONS: Readonly<Partial<Record<EditedPart, string>>> = {
  scores: "it changes the scores of whole sentences, and this measures runs inside the tower",
  activations:
    "it changes the residual stream itself, and this takes the stream apart into what heads and MLPs write",
};

/**
 * Refuses an edit that has no meaning for a measurement.
 *
 * @param part What the measurement cannot take into account. @default {"scores"}
 */
export function refuseEdit(
  { edit, editedPart }: Pick<TextTower, "edit" | "editedPart">,
  measured: string,
  part: EditedPart = "scores",
): void {
  if (edit === undefined || editedPart !== part) return;
  throw new NegscopeError("change-unfit", {
    problem: `Cannot run ${measured} with edit ${editText(edit)}`,
    subject: edit.name,
    reason: REASONS[part],
    fix: "leave the edit out, or use evaluate, benchmark or edit",
  });
}
