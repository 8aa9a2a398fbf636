/** checklist.md: answers to reproducibility checklists, as far as the manifests hold them. */

import type { Manifest } from "../files/manifest.ts";
import type { FinishedPart } from "./beside.ts";

/**
 * Answers the questions of two checklists about computational experiments: ARR's Responsible NLP checklist, C1 to C4, and NeurIPS's paper
 * checklist, items 7 and 8. What no manifest can know stands in square brackets.
 *
 * @param parts The finished parts; at least one.
 */
export function checklistText(parts: readonly FinishedPart[]): string {
  const [{ manifest }] = parts as [FinishedPart];
  const answers: readonly (readonly [string, readonly string[]])[] = [
    [
      "ARR C1. Number of parameters, computational budget, computing infrastructure",
      [
        ...sizesLines(manifest),
        "Number of parameters: [from the model's own description]",
        `Budget: ${parts.length} runs on CPU with ${
          threadsOf(manifest)
        }; the seconds of each phase are in the \`manifest.json\` of ${folders(parts)}.`,
        "Infrastructure: [type of processor, memory]; no GPU is used.",
      ],
    ],
    [
      "ARR C2. Experimental setup, hyperparameters",
      [
        "No hyperparameter was searched; no model was trained.",
        ...parts.map(({ name, manifest: { command, options } }) =>
          `\`${name}\`: ${command}, ${optionsText(options)}`
        ),
      ],
    ],
    [
      "ARR C3. Descriptive statistics",
      [
        "Every mean, accuracy and correlation has a 95 % interval, whose method is in `methods.md`; the number of rows stands beside it.",
        `Numbers are of a single run with seed ${manifest.seed}, which decides only the draws of intervals and tests (and the sample, with --limit); a repetition gives the same bytes.`,
        ...parts.map(({ name, manifest: { rows: { read, kept } } }) =>
          `\`${name}\`: ${kept} of ${read} rows`
        ),
      ],
    ],
    [
      "ARR C4. Packages and their settings",
      [
        `negscope ${manifest.versions.kit}, Deno ${manifest.versions.deno}, ONNX Runtime ${manifest.versions.onnxruntime}`,
        "Files of the model and the data, with SHA-256:",
        ...filesLines(manifest),
      ],
    ],
    [
      "NeurIPS 7. Statistical significance of the experiments",
      [
        "Error bars: 95 % intervals over clusters of dependent rows; assumptions and simulated coverage are in negscope's docs/statistics.md.",
        "Many heads and features are tested at once: q-values (Benjamini and Hochberg 1995) stand beside p-values, and the map of causal tracing has simultaneous intervals.",
      ],
    ],
    [
      "NeurIPS 8. Compute resources of the experiments",
      [
        "As under ARR C1; the total is the sum of the seconds of these manifests. Preliminary or failed experiments: [state them].",
      ],
    ],
  ];
  const sections = answers.map(([title, lines]) =>
    `## ${title}\n\n${lines.map((line) => `- ${line}\n`).join("")}`
  );
  return `# Checklist\n\n${sections.join("\n")}`;
}

function sizesLines({ model }: Manifest): string[] {
  if (model === undefined) return [];
  const towers = [["text", model.text], ["image", model.image]] as const;
  return [
    `Model: ${model.name}`,
    ...towers.flatMap(([tower, sizes]) =>
      sizes === undefined ? [] : [
        `${tower} encoder: ${sizes.layers} blocks with ${sizes.heads} heads, width ${sizes.width}, embeddings of ${sizes.projection}`,
      ]
    ),
  ];
}

function threadsOf({ options }: Manifest): string {
  const { threads } = options;
  return threads === undefined ? "one thread a core" : `${threads} threads`;
}

function folders(parts: readonly FinishedPart[]): string {
  return parts.map(({ name }) => `\`${name}\``).join(", ");
}

/** The options of a run without the places of its files, whose checksums say what is in them. */
function optionsText(options: Manifest["options"]): string {
  const shown = Object.entries(options).filter(([name]) =>
    !["model", "data", "images"].includes(name)
  );
  return shown.map(([name, value]) => `--${name} ${value}`).join(" ");
}

function filesLines({ sources: { model, data } }: Manifest): string[] {
  return [...model, ...data].map(({ file, sha256 }) => `${file}: ${sha256}`);
}
