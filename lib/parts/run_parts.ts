/** Runs parts, each into its folder: small models run several side by side. */

import { NegscopeError } from "../errors.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { evaluate } from "../study/evaluate/index.ts";
import { towerOf } from "../study/experiment/by_options.ts";
import { saidOnce } from "../study/once.ts";
import type { Part, PartLeftOut, PartRuns } from "./part.ts";
import { isFinished } from "./parts_folder.ts";
import { PartRunner, rowsOf } from "./part_runner.ts";
import { PartThread } from "./part_thread.ts";
import type { ReportingBar } from "../study/experiment/measure_rows.ts";

/**
 * Runs the parts: first the scores, for which images are embedded, and those of the image tower; then with another load of the model, so
 * that each tower's runs have the memory of the other's, those of the text tower, of which some may run in other threads. Images are
 * embedded once if embeddings are kept. Finished parts are not repeated. After an error, the parts that run come to their end, and no
 * further one begins. Returns the parts for which the model or the rows have nothing.
 */
export async function runParts(
  parts: readonly Part[],
  choice: StudyChoice,
  settings: PartRuns,
): Promise<PartLeftOut[]> {
  const leftOut = new Map<Part, PartLeftOut>();
  const { say, bar } = settings;
  const how = { ...settings, say: saidOnce(say), ...(bar && { bar: oneBar(bar) }) };
  const images = inOrder(parts.filter(isOfImages));
  const texts = inOrder(parts.filter((part) => !isOfImages(part)));
  const finished = await Promise.all(texts.map(({ name }) => isFinished(`${how.out}/${name}`)));
  const left = finished.filter((isThere) => !isThere).length;
  const threads = Math.max(1, Math.min(settings.sideBySide ?? 1, left));
  const ofText = threads > 1 ? { ...choice, threads: 1 } : choice;
  if (threads > 1) texts.sort((a, b) => (b.cost ?? 1) - (a.cost ?? 1));
  const runAll = async (waiting: Part[], runner: Runner, measured?: () => void) => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      try {
        await runner.run(part, waiting.length === 0 ? measured : undefined);
      } catch (error) {
        const why = whyLeftOut(part, error);
        if (why !== undefined) {
          leftOut.set(part, why);
          continue;
        }
        images.length = texts.length = 0;
        throw error;
      }
    }
  };
  await using started = new AsyncDisposableStack();
  const here = started.use(new PartRunner(ofText, how));
  const beside = Array.from(
    { length: threads - 1 },
    () => started.use(new PartThread(ofText, how)), // which reads its modules beside the first parts
  );
  const measured = Promise.withResolvers<void>();
  const runImages = async () => {
    await using runner = new PartRunner(choice, how);
    await runAll(images, runner, measured.resolve).finally(measured.resolve);
  };
  const scored = runImages();
  const ends = await Promise.allSettled([
    scored.then(() => runAll(texts, here)),
    ...beside.map(async (thread) => {
      await measured.promise;
      await runAll(texts, thread);
    }),
  ]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return parts.flatMap((part) => leftOut.get(part) ?? []);
}

type Runner = Pick<PartRunner, "run">;

/** Whether a part runs the image tower: the scores, for which images are embedded, or an experiment on that tower. */
function isOfImages({ experiment, options }: Part): boolean {
  return experiment === evaluate || towerOf(experiment, options) === "image";
}

/** The scores first, and those that share their rows after each other. */
function inOrder(parts: readonly Part[]): Part[] {
  const scoresFirst = parts.toSorted((a, b) =>
    Number(b.experiment === evaluate) - Number(a.experiment === evaluate)
  );
  return [...Map.groupBy(scoresFirst, rowsOf).values()].flat();
}

/** What is said of a part for which the model or the rows have nothing; undefined for any other error. */
function whyLeftOut({ title, leftOutOn }: Part, error: unknown): PartLeftOut | undefined {
  if (!(error instanceof NegscopeError) || !leftOutOn?.includes(error.code)) return undefined;
  const { problem, reason = problem, expected = "another model or other rows" } = error;
  return { title, reason, fix: error.fix ?? `take ${expected}` };
}

type MakeBar = (label: string) => ReportingBar;

/** Shows one bar at a time: of those that have not ended, the one that was made first. */
export function oneBar(make: MakeBar): MakeBar {
  const open: object[] = [];
  return (label) => {
    const own = {};
    let shown: ReportingBar | undefined;
    open.push(own);
    return {
      report: (done, total) => {
        if (open[0] !== own) return;
        shown ??= make(label);
        shown.report(done, total);
      },
      [Symbol.dispose]: () => {
        shown?.[Symbol.dispose]();
        shown = undefined;
        if (open.includes(own)) open.splice(open.indexOf(own), 1);
      },
    };
  };
}
