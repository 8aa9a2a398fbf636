/** Decodable against used: what a linear probe reads of negation at the end token, and what of it carries d. */

import { wholeNumber } from "../../options/option.ts";

import { controlOption } from "../../study/controls/control.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";

import { probeChart, probeFindings } from "./findings.ts";
import { FOLDS } from "./fit.ts";
import { checkProbe, probeRows, residualHooks } from "./probe.ts";
import { PROBE, probeSteps } from "./tables.ts";

export const probe = experiment({
  name: "probe",
  summary: "where negation can be decoded at the end token, and whether what is decoded is used",
  does:
    "fits probes and directions to the residual stream at the end token, tests them on sentence pairs that they have not seen, and measures how much of d returns if these directions are patched.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  needsRows: true,
  options: {
    folds: wholeNumber({
      min: 2,
      max: 1000,
      help:
        `the folds of the cross-validation, of two sentence pairs or more (default: ${FOLDS}, or as many as there are pairs for)`,
    }),
    control: controlOption(),
  },
  check: async ({ folds }, _, study) => await checkProbe(study, folds),
  hooks: (_, layers) => residualHooks(layers),
  measure: async (study, { folds }, phase) => await probeRows(study, { ...phase, folds }),
  tables: (rows, context) =>
    probeSteps(
      rows.map(({ scores, measured }) => ({ scores: scores!, probed: measured })),
      context,
    ),
  charts: ({ summary }, context) => ({ probe: probeChart(summary.rows, chartOptions(context)) }),
  findings: ({ summary }) => probeFindings(summary.rows),
  rowEffects: ({ probe }) => PROBE.rowEffects(probe),
  words: words(
    "decoded",
    "control",
    "whole vector",
    "mean difference",
    "probe direction",
    "layers (probe)",
  ),
});
