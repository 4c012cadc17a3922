import type { BacktestAlert } from "../backtest/decider";
import { type TimeSlot, timelineOf, WORST_LEVELS_FIRST } from "./backtest-figures";
import { type Html, html } from "./html";
import { counted, textOf, timeOf } from "./plain-text";

const HEIGHT = 170;
const WIDTH = 1_000;
/** Around the bars, for the scale on the left and the times below. */
const LEFT = 34;
const BOTTOM = 24;
const TOP = 10;
const GAP_WIDTH = 26;
const MAX_SLOT_WIDTH = 28;
/** A label of the time axis is about as wide. */
const LABEL_WIDTH = 110;

/** Alerts over time as stacked bars, the worst at the bottom; long silences are drawn as short gaps. */
export function timelineChart(alerts: readonly BacktestAlert[]): Html {
  const { slotMs, slots } = timelineOf(alerts);
  const gaps = slots.filter((slot) => "gapMs" in slot).length;
  const width = Math.min(
    MAX_SLOT_WIDTH,
    (WIDTH - LEFT - gaps * GAP_WIDTH) / Math.max(1, slots.length - gaps),
  );
  const most = Math.max(1, ...slots.map(totalOf));
  const scale = (HEIGHT - TOP - BOTTOM) / most;
  const base = HEIGHT - BOTTOM;
  let x = LEFT;
  let labelledTo = 0;
  const bars = slots.map((slot) => {
    const left = x;
    if ("gapMs" in slot) {
      x += GAP_WIDTH;
      return html`<line class="gap" x1="${left + 6}" x2="${left + GAP_WIDTH - 6}" y1="${base}" y2="${base}">
        <title>${durationOf(slot.gapMs)} without alerts</title>
      </line>`;
    }
    x += width;
    let y = base;
    const parts = WORST_LEVELS_FIRST.map((level) => {
      const height = slot.counts[level] * scale;
      y -= height;
      return (
        height > 0 &&
        html`<rect
          class="fill ${level}"
          x="${left + 0.5}"
          y="${y}"
          width="${Math.max(1, width - 1)}"
          height="${height}"
        >
          <title>
            ${timeOf(isoOf(slot.startMs))}: ${counted(slot.counts[level], "alert")} of level ${level}
          </title>
        </rect>`
      );
    });
    const isLabelled = totalOf(slot) > 0 && left >= labelledTo && left + LABEL_WIDTH <= WIDTH;
    if (isLabelled) labelledTo = left + LABEL_WIDTH;
    return html`${parts}${isLabelled && html`<text x="${left}" y="${HEIGHT - 8}">${labelOf(slot.startMs)}</text>`}`;
  });
  return html`<div class="card">
    <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Alerts over time">
      <line x1="${LEFT}" x2="${WIDTH}" y1="${base}" y2="${base}" />
      <line x1="${LEFT}" x2="${WIDTH}" y1="${TOP}" y2="${TOP}" />
      <text x="${LEFT - 6}" y="${TOP + 4}" text-anchor="end">${textOf(most)}</text>
      <text x="${LEFT - 6}" y="${base + 4}" text-anchor="end">0</text>
      ${bars}
    </svg>
    <p class="soft">One bar is ${durationOf(slotMs)}.</p>
  </div>`;
}

function totalOf(slot: TimeSlot): number {
  return "gapMs" in slot ? 0 : Object.values(slot.counts).reduce((sum, count) => sum + count, 0);
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function labelOf(timeMs: number): string {
  return timeOf(isoOf(timeMs)).slice(0, "2026-03-02 09:00".length);
}

const UNITS: readonly (readonly [name: string, milliseconds: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

function durationOf(milliseconds: number): string {
  const [name, length] = UNITS.find(([, unit]) => milliseconds >= unit) ?? ["minute", 60_000];
  return counted(Math.round(milliseconds / length), name);
}
