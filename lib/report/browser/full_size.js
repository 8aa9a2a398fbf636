// Pictures in full size, from a folder of the reader's own: the page itself holds small ones.

import { element } from "./view.js";

/** The files of the folder that the reader chose, by name. */
const files = new Map();

/**
 * A row's picture, with a choice of the folder that has it in full size.
 *
 * @param picture The small picture.
 * @param name The image's name in the data.
 */
export function fullSize(picture, name) {
  if (picture.tagName !== "IMG") return picture;
  const chosen = element("input", { type: "file", webkitdirectory: "", multiple: "" });
  const label = element(
    "label",
    { class: "files" },
    "Full size, from the images' folder: ",
    chosen,
  );
  const place = element("div", {}, picture, label);
  const show = () => {
    const file = files.get(name.split("/").at(-1));
    label.hidden = file !== undefined;
    if (file === undefined) return;
    const reader = new FileReader();
    reader.onload = () => picture.src = reader.result; // an address that the page's policy allows
    reader.readAsDataURL(file);
  };
  chosen.addEventListener("change", () => {
    for (const file of chosen.files) files.set(file.name, file);
    show();
  });
  show();
  return place;
}
