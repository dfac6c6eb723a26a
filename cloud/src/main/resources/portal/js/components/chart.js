/** Volume by content type as stacked columns over time. */
import { h, tags, UPlot, useEffect, useRef } from "../lib.js";
import { bytes } from "../format.js";
import { stacked } from "../traffic.js";

const { div } = tags;
const HEIGHT = 280;
const darkMode = matchMedia("(prefers-color-scheme: dark)");

/** The colour of a series, by its rank. */
export const colour = (index) => `var(--c${index + 1})`;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Steps of 1, 2 and 5 with any power of ten, so that axis labels are round in bytes. */
const NICE = Array.from({ length: 17 }, (_, power) => [1, 2, 5].map((n) => n * 10 ** power)).flat();

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" });

/** The time of day, and below it the day where one begins. */
function timeLabels(_plot, splits) {
  let last;
  return splits.map((split) => {
    const day = date.format(split * 1000);
    const begins = day !== last;
    last = day;
    return begins ? `${clock.format(split * 1000)}\n${day}` : clock.format(split * 1000);
  });
}

/** An axis label: a whole number needs no decimals. */
const axisBytes = (value) => (value === 0 ? "0" : bytes(value).replace(/\.0+ /, " "));

/** uPlot draws the first series first: the highest sum at the back, the largest type in front. */
function dataOf({ times, series }) {
  return [times, ...stacked(series).toReversed()];
}

function optionsOf({ series, times }, width, onHover) {
  const axis = {
    stroke: token("--muted"),
    font: `12px ${token("--sans")}`,
    grid: { stroke: token("--border"), width: 1 },
    ticks: { show: false },
  };
  const step = times.length > 1 ? times[1] - times[0] : 3600;
  const bars = UPlot.paths.bars({ size: [0.82, 46], align: 1, radius: 0 });
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: () => [times[0], times.at(-1) + step] },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1e6] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 70, size: 44, values: timeLabels },
      {
        ...axis,
        size: 74,
        incrs: NICE,
        values: (_plot, splits) => splits.map(axisBytes),
      },
    ],
    series: [
      {},
      ...series
        .map((_, index) => ({
          fill: token(`--c${index + 1}`),
          width: 0,
          paths: bars,
          points: { show: false },
        }))
        .toReversed(),
    ],
    hooks: { setCursor: [(plot) => onHover(plot.cursor.idx ?? undefined)] },
  };
}

/**
 * @param {{summary: ReturnType<import("../traffic.js").summarise>, label: string,
 *   onHover: (index?: number) => void}} props `onHover` hears the step under the pointer
 */
export function TrafficChart({ summary, label, onHover }) {
  const place = useRef(null);
  const plot = useRef(null);
  const shape = summary.series.map((series) => series.contentType).join("\n") + summary.times.length;

  useEffect(() => {
    const draw = () => {
      plot.current?.destroy();
      const options = optionsOf(summary, place.current.clientWidth, onHover);
      plot.current = new UPlot(options, dataOf(summary), place.current);
    };
    const resize = new ResizeObserver(([entry]) =>
      plot.current?.setSize({ width: Math.floor(entry.contentRect.width), height: HEIGHT }),
    );
    draw();
    resize.observe(place.current);
    darkMode.addEventListener("change", draw);
    return () => {
      resize.disconnect();
      darkMode.removeEventListener("change", draw);
      plot.current.destroy();
      plot.current = null;
    };
    // The span's times move on with the clock: a new axis needs a new plot.
  }, [shape, summary.times[0]]);

  useEffect(() => plot.current?.setData(dataOf(summary)), [summary]);

  return div({ class: "chart", role: "img", "aria-label": label, ref: place });
}
