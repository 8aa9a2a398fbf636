/** The options for pictures of the charts, shared by tasks and results. */

import { VENUES } from "../charts/spec.ts";
import { PICTURE_FORMATS } from "../draw/pictures.ts";
import { choice, list } from "../options/option.ts";

const VENUE = choice([...VENUES.keys()], {
  standard: "screen",
  help:
    "sizes of the pictures: icml, neurips, acl, cvpr, nature, or NAME-full for the width of both columns (not neurips, which has one)",
});

/** The options for pictures; the name of a venue may be written with capitals. */
export const PICTURE_OPTIONS = {
  format: list(PICTURE_FORMATS, {
    standard: ["svg"],
    help: `pictures of the charts as files: of ${PICTURE_FORMATS.join(",")}, or none`,
  }),
  venue: {
    ...VENUE,
    parse: (text: string) => VENUE.parse(text.toLowerCase()),
    placeholder: "NAME",
  },
};
