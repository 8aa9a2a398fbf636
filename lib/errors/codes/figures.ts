/** Errors in charts, pictures and tables. */

export const FIGURES = {
  title: "Figures and reports",
  intro: "",
  codes: {
    "charts-missing": {
      cause: "The folder does not exist, or holds no charts.",
      fix: "Name the folder of a run.",
    },
    "chart-unreadable": {
      cause: "The chart's file was edited or damaged.",
      fix: "Repeat the run.",
    },
    "chart-not-drawn": {
      cause: "One of the errors below occurred in the chart that the message names.",
      fix: "See that error.",
    },
    "chart-invalid": {
      cause: "The chart was edited into something that Vega-Lite does not understand.",
      fix: "Undo the edit; Vega's online editor shows what is wrong.",
    },
    "chart-warned": {
      cause: "Vega would draw the chart, but not as intended.",
      fix: "Correct what Vega complains about, in the spec or in its table.",
    },
    "chart-loads-data": {
      cause: "Charts are drawn without the network and without reading further files.",
      fix: "Put the rows under `data.values`.",
    },
    "chart-refers-outside": {
      cause:
        "The chart has a link that is no address of a page, or an image or a style that would be loaded from elsewhere. Pictures hold all that they show.",
      fix: "Remove it from the spec; put images into it as data.",
    },
    "chart-too-large": {
      cause:
        "Drawing takes much more time, memory or space than the charts of a run, which a formula or a size in the spec can do.",
      fix: "Undo the edit, or repeat the run.",
    },
    "chart-too-wide": {
      cause: "The venue's column is narrower than the labels and legends beside the plot.",
      fix: "Use the venue's `-full` preset, or `screen`.",
    },
    "chart-too-high": {
      cause:
        "The chart has so many panels that they are higher than the page's text, however low each is drawn.",
      fix:
        "Use the venue's `-full` preset or `screen`, or copy the spec and remove some of its panels.",
    },
    "chart-name-not-tex": {
      cause:
        'Pictures for a venue come with their LaTeX source, and LaTeX finds no file whose name has one of the letters `#`, `%`, `{`, `}`, `"` and `\\`, two `^` or spaces in a row, or a space at an end.',
      fix: "Give the chart another name, or draw it for `screen`.",
    },
    "vega-incompatible": {
      cause: "Vega was replaced by another release.",
      fix: "Run with `--frozen`, as the tasks do.",
    },
    "font-damaged": {
      cause: "`lib/draw/fonts` is not as it was released.",
      fix: "Install the kit again, or check it out again.",
    },
    "picture-type-unknown": {
      cause: "A notebook was given bytes that are not a picture.",
      fix: "Give `show()` a chart, a table, or the content of a PNG or JPEG file.",
    },
    "table-cell-not-finite": {
      cause: "A computation gave NaN or infinity, which other programs would read as a number.",
      fix:
        "Leave the value undefined, or find out where it comes from. If a task of the kit made it, please report it.",
    },
    "table-column-unlisted": {
      cause: "A table made with the library lists other columns than its rows have.",
      fix: "Make the columns and the rows agree.",
    },
  },
} as const;
