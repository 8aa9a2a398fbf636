/** An atlas of a model: every part of the text encoder by every method, in one folder with one report. */

import { ablate } from "../../experiments/ablate/index.ts";
import { attend } from "../../experiments/attend/index.ts";
import { attribute } from "../../experiments/attribute/index.ts";
import { circuit } from "../../experiments/circuit/index.ts";
import { knockout } from "../../experiments/knockout/index.ts";
import { paths } from "../../experiments/paths/index.ts";
import { shares } from "../../experiments/shares/index.ts";
import { trace } from "../../experiments/trace/index.ts";
import {
  type Part,
  part,
  type PartsList,
  partsPage,
  type PartsSettings,
  readParts,
} from "../parts/part.ts";
import {
  type OpenedParts,
  openParts,
  writeBeside,
  type WrittenParts,
} from "../parts/parts_folder.ts";
import { ifGiven, type Option } from "../../options/option.ts";
import { type Control, controlOption } from "../../study/controls/control.ts";
import type { AnyExperiment } from "../../study/experiment/experiment.ts";
import { evaluate } from "../../study/evaluate/index.ts";
import { clusterBy, clustersText } from "../../study/clusters.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import type { AnyTable } from "../../tables/table.ts";
import { ATLAS, atlasTable, readAtlas } from "./read_atlas.ts";
import { atlasMap, atlasPicture, atlasTitle } from "./picture.ts";
import { atlasSummary, sentencesOf } from "./sentences.ts";
import { section } from "../../report/page.ts";
import { html } from "../../report/html.ts";
import { figuresHtml, tablesHtml } from "../../report/table.ts";
import { summaryHtml } from "../../report/summary.ts";
import { checkedValue } from "../../options/values.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { runParts } from "../parts/run_parts.ts";
import { SEED, type StudyChoice } from "../../study/choice/study_options.ts";

/** What lets a model without a causal mask, or rows without what is searched for, have an atlas of the other methods. */
const OPTIONAL: Pick<Part, "leftOutOn"> = { leftOutOn: ["model-unfit", "rows-too-few"] };

/** The parts by the names of their folders. */
export const PARTS: readonly Part[] = [
  part(
    evaluate,
    "Scores",
    "How often does the model prefer the true sentence of a pair?",
  ),
  part(
    attend,
    "Heads that look at the negator",
    "Which heads attend to the negator more than to the word in its place?",
    { cost: 2 },
  ),
  part(
    trace,
    "Causal tracing",
    "At which layers and tokens of the text encoder does the negator act on the score?",
  ),
  part(
    shares,
    "Shares of roles",
    "Which share of d lies at which token, at each layer?",
    { ...OPTIONAL, cost: 2 },
  ),
  part(
    knockout,
    "Knock-out of attention to the negator",
    "What does d lose if a head no longer attends to the negator?",
    { ...OPTIONAL, cost: 2 },
  ),
  part(
    ablate,
    "Ablation of the text encoder",
    "What does d lose if a part has the values of the other sentence of the pair?",
    {
      ...OPTIONAL,
      options: { tower: "text", method: ["twin", "restore", "remove"], nodes: ["heads", "mlps"] },
      cost: 3,
    },
  ),
  part(
    attribute,
    "Direct attribution",
    "What does each part write into the score itself?",
    { ...OPTIONAL, cost: 4 },
  ),
  part(
    paths,
    "Effects of parts, and paths between them",
    "What does a part do in all, and by which paths does the negator reach it?",
    { ...OPTIONAL, cost: 8 },
  ),
  part(circuit, "Circuit", "Which few parts together are enough for d?", {
    ...OPTIONAL,
    cost: 6,
  }),
];

const CHARTS = {
  picture: "circuit_picture",
  map: "atlas_map",
} as const;

/** The experiments that say of which parts d is; that of `paths` would take as long as all of these, and names hardly another part. */
const CONTROLLED: readonly AnyExperiment[] = [knockout, ablate, attribute, circuit];

/** The atlas with the control determiner of these. */
export const ATLAS_PARTS = atlasParts();

/**
 * The atlas.
 *
 * @param controls The controls that each part runs, as far as its numbers can depend on them. @default {the control determiner of what says what a part does to d}
 */
function atlasParts(controls?: readonly Control[]): PartsList {
  const all = PARTS.map((part) =>
    controls === undefined && !CONTROLLED.includes(part.experiment)
      ? part
      : withControls(part, controls ?? ["determiner"])
  );
  return {
    command: "atlas",
    tables: [ATLAS.name],
    charts: Object.values(CHARTS),
    files: [],
    all,
    further: [],
    partsOf: (_, protocol) => all.map((part) => ({ ...part, protocol })),
  };
}

function withControls(part: Part, controls: readonly Control[]): Part {
  const option: Option<readonly Control[]> | undefined = part.experiment.options["control"];
  if (option === undefined) return part;
  const control = controls.filter((each) => option.parse(each) !== undefined);
  return { ...part, options: { ...part.options, control } };
}

const MOST_BYTES = { figures: 1_500_000, tables: 1_000_000 };

/** Writes the tables, the charts and the report, unless they are there. */
async function writeAtlas(opened: OpenedParts): Promise<WrittenParts> {
  const { how: { out }, parts, leftOut, identity: { sources, options } } = opened;
  const stopwatch = new Stopwatch();
  const shown = await readParts(out, parts);
  const { name: model, text: { layers, heads } } = shown[0]!.manifest.model!;
  const sizes = { layers, heads };
  const atlas = readAtlas(shown);
  const tables: readonly AnyTable[] = [atlasTable(atlas)];
  const sentences = sentencesOf(atlas, model);
  const summary = atlasSummary({ model, atlas, sentences, leftOut });
  const clusters = clustersText(clusterBy(options["cluster"]));
  const chartOptions = { sources, clusters, model };
  const said = summaryHtml(summary);
  const n = atlas.parts.length;
  return await writeBeside(opened, {
    shown,
    leftOut,
    rows: { read: n, kept: n, dropped: [] },
    tables,
    charts: [
      [CHARTS.picture, atlasPicture(atlas, { ...chartOptions, sizes })],
      [CHARTS.map, atlasMap(atlas, chartOptions)],
    ],
    summary,
    page: (figures) =>
      partsPage({ title: atlasTitle(model), said, parts: shown, leftOut }, [
        section("Figures", figuresHtml(figures, MOST_BYTES.figures)),
        section("Parts and methods", html`${said.tables}`),
        section("Tables", tablesHtml(tables, MOST_BYTES.tables)),
      ]),
  }, stopwatch);
}

/** The option of the task. */
export const CONTROL = ifGiven(controlOption({ standard: ["determiner"] }));

/** How an atlas is made. */
interface AtlasSettings extends PartsSettings {
  /** The controls that each part runs, as far as its numbers can depend on them. @default {the control determiner of those that say what a part does to d} */
  readonly control?: readonly Control[] | undefined;
}

/**
 * Runs the parts, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that the same call goes on
 * after an interruption.
 *
 * @param choice The model, the data and the rows.
 * @param settings The folder, and what is drawn.
 * @returns The results.
 * @throws {NegscopeError} If the folder holds other results, or a part cannot run; the finished ones stay.
 */
export async function runAtlas(
  choice: StudyChoice,
  settings: AtlasSettings,
): Promise<WrittenParts> {
  const { called, control, ...rest } = settings;
  const seed = checkedValue("seed", settings.seed ?? SEED.standard, SEED)!;
  checkAtlasProtocol(choice, called);
  await openRuntime(choice.device); // a device that is missing is noticed before any work
  const inputs = await openInputs(choice, {}, { seed, ...(called && { called }) });
  using opened = await openParts(atlasParts(control), inputs, {
    ...rest,
    seed,
    ...called && { called },
    ...control && { options: { control: CONTROL.print(control)! } },
  });
  const leftOut = await runParts(opened.parts, choice, opened.how);
  return await writeAtlas({
    ...opened,
    parts: opened.parts.filter(({ title }) => leftOut.every((part) => part.title !== title)),
    leftOut: [...opened.leftOut, ...leftOut],
  });
}

/** Refuses a protocol of which there is no atlas. */
export function checkAtlasProtocol(
  { protocol = "rephrased" }: Pick<StudyChoice, "protocol">,
  called: PartsSettings["called"] = (option) => option,
): void {
  if (protocol === "rephrased") return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot make an atlas with ${called("protocol")} "${protocol}"`,
    subject: protocol,
    expected: "rephrased: its methods compare the two sentences position by position",
  });
}
