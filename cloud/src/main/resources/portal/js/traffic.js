/**
 * What the charts show, worked out from the API's rows. Pure.
 *
 * @typedef {{at: string, contentType: string, requests: number, hits: number, hitBytes: number,
 *   missBytes: number, originBytes: number}} Row
 * @typedef {{contentType: string, requests: number, hitBytes: number, volume: number,
 *   originBytes: number, values: number[]}} Series
 */
const STEP_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MOST_SERIES = 8;

/** The time spans to choose from. */
export const SPANS = {
  "1h": { label: "1 h", name: "the last hour", lengthMs: 3_600_000, step: "minute" },
  "24h": { label: "24 h", name: "the last 24 hours", lengthMs: 86_400_000, step: "hour" },
  "7d": { label: "7 d", name: "the last 7 days", lengthMs: 7 * 86_400_000, step: "hour" },
};

/**
 * The query for a span that ends now; its beginning lies on a step.
 *
 * @param {keyof SPANS} key
 * @param {number} nowMs
 */
export function spanUntil(key, nowMs) {
  const { lengthMs, step } = SPANS[key];
  const stepMs = STEP_MS[step];
  const from = Math.floor((nowMs - lengthMs) / stepMs + 1) * stepMs;
  return { from: new Date(from), to: new Date(nowMs), step };
}

/**
 * Rows as one series a content type, the largest first; small ones past the eighth are one.
 *
 * @param {{from: string, to: string, step: string, rows: Row[]}} traffic
 */
export function summarise(traffic) {
  const stepMs = STEP_MS[traffic.step];
  const first = Math.floor(Date.parse(traffic.from) / stepMs) * stepMs;
  const steps = Math.max(1, Math.ceil((Date.parse(traffic.to) - first) / stepMs));
  const times = Array.from({ length: steps }, (_, index) => (first + index * stepMs) / 1000);

  const byType = new Map();
  for (const row of traffic.rows) {
    const index = Math.round((Date.parse(row.at) - first) / stepMs);
    if (index >= 0 && index < steps) {
      const series = byType.get(row.contentType) ?? emptySeries(row.contentType, steps);
      byType.set(row.contentType, series);
      addRow(series, row, index);
    }
  }
  const series = foldSmall([...byType.values()].sort((a, b) => b.volume - a.volume), steps);
  const seconds = (Date.parse(traffic.to) - first) / 1000;
  return { times, series, totals: totalsOf(series, seconds, stepMs / 1000) };
}

const emptySeries = (contentType, steps) => ({
  contentType,
  requests: 0,
  hitBytes: 0,
  volume: 0,
  originBytes: 0,
  values: new Array(steps).fill(0),
});

function addRow(series, row, index) {
  const volume = row.hitBytes + row.missBytes;
  series.requests += row.requests;
  series.hitBytes += row.hitBytes;
  series.originBytes += row.originBytes;
  series.volume += volume;
  series.values[index] += volume;
}

function foldSmall(sorted, steps) {
  if (sorted.length <= MOST_SERIES) {
    return sorted;
  }
  const rest = emptySeries("All others", steps);
  for (const series of sorted.slice(MOST_SERIES - 1)) {
    rest.requests += series.requests;
    rest.hitBytes += series.hitBytes;
    rest.volume += series.volume;
    rest.originBytes += series.originBytes;
    series.values.forEach((value, index) => (rest.values[index] += value));
  }
  return [...sorted.slice(0, MOST_SERIES - 1), rest];
}

function totalsOf(series, seconds, stepSeconds) {
  const sum = (field) => series.reduce((total, one) => total + one[field], 0);
  const volume = sum("volume");
  const perStep = stacked(series).at(-1) ?? [0];
  return {
    volume,
    requests: sum("requests"),
    originBytes: sum("originBytes"),
    outbound: seconds > 0 ? (volume * 8) / seconds : 0,
    peakOutbound: (Math.max(0, ...perStep) * 8) / stepSeconds,
    efficiency: volume > 0 ? sum("hitBytes") / volume : undefined,
  };
}

/**
 * Each series' values on top of those before it.
 *
 * @param {Series[]} series
 * @returns {number[][]}
 */
export function stacked(series) {
  const sums = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(below ? values.map((value, index) => value + below[index]) : [...values]);
  }
  return sums;
}
