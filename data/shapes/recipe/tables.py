"""What measure.py found as CSV tables, one observation a row, each with its seed; and the tables of several seeds as one.

python recipe/tables.py OUT DIR DIR ...   joins DIR/measured/*.csv of several runs of make.py into OUT/*.csv
"""
import csv
import pathlib
import sys

from measure import ROLES

COLUMNS = {
    "summary.csv": ("seed", "negation", "n", "accuracy", "correct", "ambiguous", "incorrect", "mean_d", "sd_d", "size_n", "size_correlation"),
    "trace.csv": ("seed", "negation", "segment", "layer", "role", "n", "cte", "largest"),
    "heads.csv": ("seed", "negation", "layer", "head", "selectivity"),
}


def tables(seed, report):
    """{file: rows} of one seed. Layers and heads count from 1, residual layer 0 is the embeddings; further tokens are pooled over rows."""
    summary, trace, heads = [], [], []
    for side, s in report["sides"].items():
        size = report["size"] if side == "foil" else {"n": "", "r": ""}
        summary.append((seed, side, s["n"], *(s[k] for k in COLUMNS["summary.csv"][3:9]), size["n"], size["r"]))
        heads += [(seed, side, layer, head, x) for layer, head, x in sorted(report["heads"][side])]
    for (side, segment), (n, role_map) in report["maps"].items():
        for layer in range(len(role_map["eot"])):
            top = max(ROLES, key=lambda r: role_map[r][layer])
            trace += [(seed, side, segment, layer, role, n, float(role_map[role][layer]), int(role == top)) for role in ROLES]
    return {"summary.csv": summary, "trace.csv": trace, "heads.csv": heads}


def write_tables(folder, found):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for file, rows in found.items():
        with open(folder / file, "w", newline="", encoding="utf8") as f:
            writer = csv.writer(f)
            writer.writerow(COLUMNS[file])
            writer.writerows([f"{x:.6f}" if isinstance(x, float) else x for x in row] for row in rows)


def join_tables(out, folders):
    found = {file: [] for file in COLUMNS}
    for folder in folders:
        for file, rows in found.items():
            with open(pathlib.Path(folder, "measured", file), newline="", encoding="utf8") as f:
                rows += list(csv.reader(f))[1:]
    write_tables(out, found)


if __name__ == "__main__":
    join_tables(sys.argv[1], sys.argv[2:])
