/** What the backtest's page has beyond the common styles. */
export const REPORT_STYLES = `
.list { margin: .5rem 0; } .list ul { margin: .5rem 0 0; padding-left: 1.2rem; font-size: .88rem; }
summary { cursor: pointer; }
.chart text { fill: var(--soft); font: 11px system-ui, sans-serif; }
.chart line { stroke: var(--line); } .chart .gap { stroke: var(--soft); stroke-dasharray: 2 3; }
.fill { fill: var(--level); } .chart .fill:hover { opacity: .75; }
.tactic {
  display: grid; grid-template-columns: 11rem 1fr; gap: .25rem 1rem; padding: .7rem 0;
  border-bottom: 1px solid var(--line);
}
.tactic:first-child { padding-top: 0; } .tactic:last-child { border-bottom: 0; padding-bottom: 0; }
.tactic h3 { font-size: .95rem; margin: 0; } .tactic p { font-size: .8rem; margin: 0; }
.techniques { display: flex; flex-wrap: wrap; gap: .35rem; }
.technique {
  text-align: left; font: inherit; font-size: .8rem; line-height: 1.3; color: inherit; background: var(--faint);
  border: 1px solid var(--line); border-radius: 6px; padding: .3rem .55rem; cursor: pointer;
}
.technique.critical, .technique.high, .technique.medium, .technique.low, .technique.informational {
  border-color: var(--level); box-shadow: inset 4px 0 var(--level); padding-left: .75rem;
}
.technique:hover, .technique:focus-visible { border-color: var(--accent); outline: none; }
.technique .counts { display: block; color: var(--soft); font-size: .74rem; }
.technique.critical .counts, .technique.high .counts, .technique.medium .counts, .technique.low .counts {
  color: var(--level); font-weight: 600;
}
@media (max-width: 640px) { .tactic { grid-template-columns: 1fr; } }
th.bar, td.bar { width: 110px; padding-right: 0; } td.bar { vertical-align: middle; }
.controls {
  display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-bottom: .75rem;
  position: sticky; top: 0; background: var(--paper); padding: .5rem 0; z-index: 1;
}
.controls[hidden] { display: none; }
.controls input[type=search] {
  flex: 1 1 18rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; padding: .45rem .7rem;
}
.alert {
  background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--level); border-radius: 8px;
  margin: 0 0 .5rem;
}
.alert > summary {
  display: grid; grid-template-columns: auto 1fr auto; gap: .1rem .75rem; padding: .6rem .9rem; list-style: none;
  align-items: baseline;
}
.alert > summary::-webkit-details-marker { display: none; }
.alert .title { font-weight: 600; } .alert .when { font-size: .82rem; white-space: nowrap; }
.alert .summary { grid-column: 2 / -1; grid-row: 2; color: var(--soft); font-size: .92rem; }
.alert dl {
  display: grid; grid-template-columns: 8.5rem 1fr; gap: .3rem 1rem; margin: 0; padding: .8rem .9rem 1rem;
  border-top: 1px solid var(--line); font-size: .9rem;
}
.alert dt { color: var(--soft); } .alert dd { margin: 0; }
@media (max-width: 640px) {
  .alert > summary { grid-template-columns: auto 1fr; } .alert .when { grid-column: 2; grid-row: 3; }
  .alert dl { grid-template-columns: 1fr; gap: 0; } .alert dd { margin-bottom: .5rem; }
}
`;

/** Filters the alerts by text and level, and by a technique of the matrix. */
export const FILTER_SCRIPT = `
(() => {
  const controls = document.querySelector(".controls");
  const find = document.getElementById("find");
  if (!controls || !find) return;
  controls.hidden = false;
  const count = document.getElementById("count");
  const boxes = [...document.querySelectorAll("input[name=level]")];
  const alerts = [...document.querySelectorAll(".alert")].map((element) => ({
    element, level: element.dataset.level, text: element.textContent.toLowerCase(),
  }));
  const apply = () => {
    const words = find.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const levels = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const { element, level, text } of alerts) {
      const fits = levels.has(level) && words.every((word) => text.includes(word));
      element.hidden = !fits;
      if (fits) shown++;
    }
    count.textContent = shown + " of " + alerts.length;
  };
  find.addEventListener("input", apply);
  for (const box of boxes) box.addEventListener("change", apply);
  for (const cell of document.querySelectorAll("[data-find]")) {
    cell.addEventListener("click", () => {
      find.value = cell.dataset.find;
      apply();
      controls.scrollIntoView({ behavior: "smooth" });
    });
  }
  apply();
})();
`;
