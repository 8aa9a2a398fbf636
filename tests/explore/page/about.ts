/** What a page could be about, for tests of what it makes of it. */

import type { About } from "../../../lib/explore/protocol.ts";

export const ABOUT: About = {
  ...{ model: "a model", data: "data", layers: 6, heads: 4, live: true, more: 0, version: "0.1.0" },
  rows: [
    {
      row: "a",
      caption: "There is a star.",
      foil: "There is no star.",
      picture: "a.png",
      negated: "foil",
      d: 1,
    },
    {
      row: "b",
      caption: "There is no ring.",
      foil: "There is a ring.",
      picture: "b.png",
      negated: "caption",
      d: 5,
    },
    {
      row: "c",
      caption: "There is a ring.",
      foil: "There is no ring.",
      picture: "c.png",
      negated: "foil",
      d: 4,
    },
  ],
};
