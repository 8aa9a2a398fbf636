/** checklist.md: answers to reproducibility checklists, as far as the manifests hold them. */

import type { Manifest } from "../files/manifest.ts";
import { PLACES } from "../runs/identity.ts";
import { FEWEST_CLUSTERS } from "../stats/estimate.ts";
import { type DescribedRun, runtimesText } from "./methods.ts";

/** Answers ARR's Responsible NLP checklist, C1 to C4, and NeurIPS's paper checklist, 7 and 8. What no manifest can know stands in square brackets. */
export function checklistText(parts: readonly DescribedRun[]): string {
  const answers: readonly (readonly [string, readonly string[]])[] = [
    [
      "ARR C1. Number of parameters, computational budget, computing infrastructure",
      [
        "Number of parameters: [from the model's own description]; `methods.md` has the sizes of its encoders.",
        `Budget: ${parts.length} runs: ${
          folders(parts)
        }. Each has its seconds, by phase, and the threads of an operator in its \`manifest.json\`; NeurIPS 8 says what these leave out.`,
        "Infrastructure: [type of processor, memory]; no GPU is used.",
      ],
    ],
    [
      "ARR C2. Experimental setup, hyperparameters",
      [
        "The runs search no hyperparameter and train no model. Their options, without the places of files, which C4 identifies:",
        ...parts.map(({ name, manifest: { command, options } }) =>
          [`\`${name}\`: ${command}`, ...optionsText(options)].join(" ")
        ),
      ],
    ],
    [
      "ARR C3. Descriptive statistics",
      [
        `Intervals at 95 % stand beside the figures of \`comparison.csv\` that have one, where there are at least ${FEWEST_CLUSTERS} effective clusters; \`methods.md\` says how they were made.`,
        ...seedLines(parts),
        "A repetition with the same files, options and releases gives the same bytes on the same type of CPU; on another, the last bits of single-precision numbers may differ.",
        ...parts.map(({ name, manifest: { command, rows: { read, kept } } }) =>
          `\`${name}\`: ${kept} of ${read} ${COUNTED[command] ?? "rows"}`
        ),
      ],
    ],
    [
      "ARR C4. Packages and their settings",
      [
        ...versionLines(parts),
        "Files of models and data that a run read stand with their SHA-256 in its `manifest.json`; one checksum stands for all its images.",
      ],
    ],
    [
      "NeurIPS 7. Statistical significance of the experiments",
      [
        `Error bars: 95 % intervals over clusters of dependent rows, where there are at least ${FEWEST_CLUSTERS} effective clusters; assumptions and simulated coverage are in negscope's docs/statistics.md, and C3 says which figures have none.`,
        "Many heads and features are tested at once: q-values (Benjamini and Hochberg 1995) stand beside p-values, and the map of causal tracing has simultaneous intervals.",
      ],
    ],
    ["NeurIPS 8. Compute resources of the experiments", COMPUTE],
  ];
  const sections = answers.map(([title, lines]) =>
    `## ${title}\n\n${lines.map((line) => `- ${line}\n`).join("")}`
  );
  return `# Checklist\n\n${sections.join("\n")}`;
}

/** What the counts of a manifest are of, where they are not of rows. */
const COUNTED: Readonly<Record<string, string>> = {
  generalise: "heads, as far as they were measured on both sets of sentences",
};

function folders(parts: readonly DescribedRun[]): string {
  return parts.map(({ name }) => `\`${name}\``).join(", ");
}

/** The options of a run without the places of its files, whose checksums say what is in them. */
function optionsText(options: Manifest["options"]): string[] {
  return Object.entries(options)
    .filter(([name]) => !PLACES.includes(name))
    .map(([name, value]) => value === "true" ? `--${name}` : `--${name} ${value}`);
}

function seedLines(parts: readonly DescribedRun[]): string[] {
  const seeds = [...new Set(parts.map(({ manifest: { seed } }) => seed))].join(", ");
  const random = new Set(
    parts.flatMap(({ manifest: { options } }) => options["random-weights"] ?? []),
  );
  const limited = parts.some(({ manifest: { options } }) => options["limit"] !== undefined);
  return [
    `Numbers are of a single run with seed ${seeds}, which decides the draws of intervals and tests${
      limited ? ", and which rows --limit draws" : ""
    }.`,
    ...random.size === 0 ? [] : [
      `The weights are random and follow from a seed of their own, --random-weights ${
        [...random].join(", ")
      }; numbers are of this one draw: [other draws].`,
    ],
  ];
}

function versionLines(parts: readonly DescribedRun[]): string[] {
  const lines = parts.map(({ manifest }) =>
    `negscope ${manifest.versions.kit}, ${runtimesText(manifest)}`
  );
  return [...new Set(lines)];
}

/** The same lines for merged shards as for one run, whose files have the same bytes. */
const COMPUTE: readonly string[] = [
  "As under ARR C1. The seconds of a manifest are those of the process that finished the run: they leave out the work before an interruption, the loading of a model that several runs share in all but the first of them, and embeddings that another run had kept; a phase within another counts in both. For merged shards they are those of the merge, and those of each shard stand under `shards`. So no sum of them is the total: [total compute]. The threads of a merged run are those of its first shard.",
  "Preliminary or failed experiments: [state them].",
];
