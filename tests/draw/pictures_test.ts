import { assertEquals, assertStringIncludes } from "@std/assert";
import { texFigure, texText } from "../../lib/draw/pictures.ts";
import { VENUES } from "../../lib/charts/spec.ts";

const ICML = VENUES.get("icml")!;
const SPEC = {
  description: "What a reader who cannot see it hears.",
  usermeta: { negscope: { caption: "Effect of 100 % & more." } },
};

Deno.test("texFigure() sets the picture in its true size, with the caption and a label", () => {
  assertEquals(
    texFigure(SPEC, { name: "trace_map", format: "pdf", preset: ICML }),
    String.raw`% Drawn for icml. Needs the package graphicx.
\begin{figure}
  \centering
  \includegraphics[width=234bp]{trace_map.pdf}
  \caption{Effect of 100\,\% \& more.}
  \label{fig:trace_map}
\end{figure}
`,
  );
});

Deno.test("texFigure() spans both columns for a picture of the page's width", () => {
  const tex = texFigure(SPEC, { name: "a", format: "png", preset: VENUES.get("icml-full")! });
  for (const part of ["\\begin{figure*}", "\\end{figure*}", "[width=486bp]{a.png}"]) {
    assertStringIncludes(tex, part);
  }
  const page = texFigure(SPEC, { name: "a", format: "png", preset: VENUES.get("neurips")! });
  assertStringIncludes(page, "\\begin{figure}\n"); // NeurIPS has one column
});

Deno.test("texFigure() includes an SVG by the package that reads it", () => {
  const tex = texFigure(SPEC, { name: "a", format: "svg", preset: ICML });
  assertStringIncludes(tex, "\\includesvg[width=234bp]{a}\n");
  assertStringIncludes(tex, "package svg;");
});

Deno.test("texFigure() takes the alt text of a chart without a caption", () => {
  const tex = texFigure(
    { description: "Dogs_1" },
    { name: "my_chart 1", format: "pdf", preset: ICML },
  );
  assertStringIncludes(tex, "\\caption{Dogs\\_1}");
  assertStringIncludes(tex, "\\label{fig:my_chart-1}");
  assertStringIncludes(texFigure({}, { name: "a", format: "pdf", preset: ICML }), "\\caption{a}");
});

Deno.test("texText() escapes every letter that is a command, and writes signs as LaTeX has them", () => {
  assertEquals(
    texText(String.raw`\{x}_1 $5 #2 ~ ^ < > | "a"`),
    String
      .raw`\textbackslash{}\{x\}\_1 \$5 \#2 \textasciitilde{} \textasciicircum{} \textless{} \textgreater{} \textbar{} ''a''`,
  );
  assertEquals(texText("−3 × 2 ≤ 5 ≥ 4 …"), "$-$3 $\\times$ 2 $\\leq$ 5 $\\geq$ 4 \\ldots{}");
  assertEquals(
    texText("a 95 % interval, at -1 and (-2), foil-negated"),
    "a 95\\,\\% interval, at $-$1 and ($-$2), foil-negated",
  );
});

Deno.test("texText() joins lines, so that no comment or paragraph begins in a caption", () => {
  assertEquals(texText(" one\n\n\ttwo\u0000 \r\n"), "one two");
});
