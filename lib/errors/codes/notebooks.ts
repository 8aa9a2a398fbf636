/** Errors in running notebooks. */

export const NOTEBOOKS = {
  title: "Notebooks",
  intro: "",
  codes: {
    "usage-jupyter-missing": {
      cause: "There is no Jupyter on the `PATH` or in `NEGSCOPE_JUPYTER`, or it lacks nbconvert.",
      fix: "Install it as the message says; the exit code is 2.",
    },
    "notebook-unreadable": {
      cause: "The path is wrong, or names a folder.",
      fix: "Name the notebooks, or none to run them all.",
    },
    "notebook-without-cells": {
      cause: "The file is JSON, but not a notebook of format 4.",
      fix: "Name a notebook; save older ones again with Jupyter.",
    },
  },
} as const;
