// Pictures in full size, from a folder of the reader's own: the page itself holds small ones.

import { element } from "./view.js";

/** The files of the folder that the reader chose. */
let files = [];

/**
 * The file of an image in a folder: the one whose path within it is the image's name in the data, or else the one whose path ends with
 * this name. Another image may have the same name in another folder within it, so the last part of the name alone tells nothing.
 *
 * @param files The files, with their paths from the folder's own name on.
 * @param name The image's name in the data, e.g. `val/1.jpg`.
 * @returns The file, or why there is none.
 */
export function fileOf(files, name) {
  const within = ({ webkitRelativePath: path }) => path.slice(path.indexOf("/") + 1);
  const found = files.filter((file) => within(file) === name);
  if (found.length === 0) found.push(...files.filter((file) => within(file).endsWith(`/${name}`)));
  if (found.length === 1) return { file: found[0] };
  const problem = found.length === 0
    ? `This folder has no file ${name}. `
    : `This folder has ${found.length} files whose paths end with ${name}. `;
  return { problem: `${problem}Choose the one that the names in the data start from: ` };
}

/**
 * A row's picture, with a choice of the folder that has it in full size.
 *
 * @param picture The small picture.
 * @param name The image's name in the data.
 */
export function fullSize(picture, name) {
  if (picture.tagName !== "IMG") return picture;
  const chosen = element("input", { type: "file", webkitdirectory: "", multiple: "" });
  const told = element("span", { role: "status" }, "Full size, from the images' folder: ");
  const label = element("label", { class: "files" }, told, chosen);
  const place = element("div", {}, picture, label);
  const show = () => {
    const { file, problem } = fileOf(files, name);
    label.hidden = file !== undefined;
    if (file === undefined) return void (told.textContent = problem);
    const reader = new FileReader();
    reader.onload = () => picture.src = reader.result; // an address that the page's policy allows
    reader.readAsDataURL(file);
  };
  chosen.addEventListener("change", () => {
    files = [...chosen.files];
    show();
  });
  if (files.length > 0) show();
  return place;
}
