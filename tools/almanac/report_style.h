// How a page of the build report looks: dark or light as the reader's system is, and on paper.
#pragma once

namespace almanac {

inline constexpr const char* kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #fff; --text: #1b1f24; --quiet: #59636e; --line: #d1d9e0; --panel: #f6f8fa;
  --good: #1a7f37; --new: #0969da; --again: #54aeff; --same: #8250df; --wait: #bf8700;
  --bad: #cf222e; --below: #ff8182; --never: #818b98; --todo: #bc4c00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --text: #e6edf3; --quiet: #9198a1; --line: #3d444d; --panel: #151b23;
    --good: #3fb950; --new: #4493f8; --again: #1f6feb; --same: #ab7df8; --wait: #d29922;
    --bad: #f85149; --below: #b62324; --never: #656c76; --todo: #f0883e;
  }
}
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--page);
  color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .5rem; padding-top: .8rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
p { margin: .4rem 0; } .quiet { color: var(--quiet); }
nav a { margin-right: 1rem; } a { color: var(--new); }
table { border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .6rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--quiet); font-weight: 600; } tbody th { font-weight: 400; }
.n { text-align: right; } .n, th[scope=row] { white-space: nowrap; } .scroll { overflow-x: auto; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; } td summary, td.good { white-space: nowrap; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
  padding: .6rem 1rem; margin: .8rem 0; }
.alarm { border: 3px solid var(--bad); font-weight: 700; } .alarm, .bad { color: var(--bad); }
.good { color: var(--good); } .todo { color: var(--todo); }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 1.6rem; list-style: none; padding: 0;
  margin: .5rem 0; }
.counts b { font-size: 1.3rem; display: block; }
svg.strip { width: 100%; min-width: 12rem; height: 1.2rem; display: block;
  background: var(--panel); }
svg.bar { width: 8rem; height: .7rem; fill: var(--new); background: var(--panel); }
svg.columns { width: 100%; height: 6rem; fill: var(--new); background: var(--panel); }
table.matrix { width: 100%; } table.matrix td.wide { width: 55%; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0; }
.legend svg.strip { display: inline-block; width: 1rem; min-width: 0; vertical-align: middle; }
.o-computed { fill: var(--new); } .o-reused { fill: var(--again); }
.o-skipped { fill: var(--same); } .o-stable { fill: var(--good); }
.o-pending { fill: var(--todo); } .o-blocked { fill: var(--wait); }
.o-failed { fill: var(--bad); } .o-failedDependency { fill: var(--below); }
.o-impossible { fill: var(--never); }
@media print {
  body { max-width: none; padding: 0; font-size: 11px; } nav { display: none; }
  h2 { break-after: avoid; } tr, .panel { break-inside: avoid; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
)css";

}  // namespace almanac
