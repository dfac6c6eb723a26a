/** Numbers and times as people read them. Pure: the present comes in as an argument. */
const DECIMAL = ["", "k", "M", "G", "T", "P"];

function scaled(value, unit) {
  let step = 0;
  while (Math.abs(value) >= 999.5 && step < DECIMAL.length - 1) {
    value /= 1000;
    step += 1;
  }
  const digits = step === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${DECIMAL[step]}${unit}`;
}

/** @param {number} bytes in powers of 1000, as drive sizes are given */
export const bytes = (bytes) => scaled(bytes, "B");

/** @param {number} rate in bits a second */
export const bitRate = (rate) => scaled(rate, "b/s");

/** @param {number|undefined} share 0 to 1 */
export const percent = (share) => (share === undefined ? "–" : `${(share * 100).toFixed(1)} %`);

export const count = (value) => value.toLocaleString("en-US");

/** @param {number} seconds not negative */
export function span(seconds) {
  if (seconds < 60) {
    return `${Math.round(seconds)} s`;
  }
  if (seconds < 3600) {
    return `${Math.round(seconds / 60)} min`;
  }
  if (seconds < 48 * 3600) {
    return `${Math.round(seconds / 3600)} h`;
  }
  return `${Math.round(seconds / 86400)} days`;
}

/**
 * @param {string|undefined} instant in ISO 8601
 * @param {number} nowMs
 */
export function relative(instant, nowMs) {
  if (!instant) {
    return "never";
  }
  const seconds = (nowMs - Date.parse(instant)) / 1000;
  if (Math.abs(seconds) < 2) {
    return "now";
  }
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`;
}

/** A day and time in UTC, `Tue 12 Jan 2027, 03:00 UTC`. */
export function utc(instant) {
  const format = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: "UTC",
  });
  return `${format.format(new Date(instant))} UTC`;
}

const UNIT_SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86400 };

/** The units that a frequency is given in. */
export const FREQUENCY_UNITS = Object.keys(UNIT_SECONDS);

/** @param {string} text an ISO 8601 duration of days, hours, minutes and seconds */
export function durationSeconds(text) {
  const form = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!form) {
    return undefined;
  }
  const [days, hours, minutes, seconds] = form.slice(1).map((part) => Number(part ?? 0));
  return days * 86400 + hours * 3600 + minutes * 60 + seconds;
}

/** A duration in the largest unit that divides it: `PT90M` is 90 minutes. */
export function splitDuration(text) {
  const seconds = durationSeconds(text) ?? 3600;
  const unit =
    FREQUENCY_UNITS.toReversed().find(
      (name) => seconds >= UNIT_SECONDS[name] && seconds % UNIT_SECONDS[name] === 0,
    ) ?? "seconds";
  return { amount: String(seconds / UNIT_SECONDS[unit]), unit };
}

/** The ISO 8601 duration of an amount in a unit; undefined unless the amount is a whole number. */
export function joinDuration({ amount, unit }) {
  return /^\d{1,7}$/.test(amount) ? `PT${Number(amount) * UNIT_SECONDS[unit]}S` : undefined;
}
