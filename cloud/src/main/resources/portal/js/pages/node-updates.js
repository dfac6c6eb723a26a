/** The Updates tab: the updates schedule and where the node stands with releases. */
import { h, tags, useEffect, useState } from "../lib.js";
import { api } from "../api.js";
import { FREQUENCY_UNITS, joinDuration, relative, span as spanText, splitDuration, utc } from "../format.js";
import { useNow } from "../poll.js";
import { SelectField, TextField } from "../components/field.js";
import { Notice } from "../components/notice.js";
import { SaveForm, useSaveForm } from "../components/save-form.js";

const { dd, div, dl, dt, fieldset, h2, header, input, label, legend, p, section, span, strong, table, tbody, td, th, thead, tr } = tags;
const SHOWN = /^update\.(ring|week|day|time|frequency)$/;

const WEEKS = [
  ["1", "First (days 1 to 7)"],
  ["2", "Second (days 8 to 14)"],
  ["3", "Third (days 15 to 21)"],
  ["4", "Fourth (days 22 to 28)"],
  ["5", "Fifth (days 29 to 31)"],
];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map(
  (name, index) => [String(index + 1), name],
);
const RINGS = [
  ["fast", "Fast", "Soon after a release is offered, at the node's next check."],
  ["slow", "Slow", "After the fast ring has proved it, and only in the window that you choose."],
];

/** @param {object} saved the node's configuration */
function toDraft({ update = {} }) {
  const { ring = "fast", week = 2, day = 3, time = "03:00", frequency = "PT1H" } = update;
  return { ring, week: String(week), day: String(day), time, ...splitDuration(frequency) };
}

function toPatch({ ring, week, day, time, amount, unit }) {
  const window = ring === "slow" ? { week: Number(week), day: Number(day), time } : { week: null, day: null, time: null };
  // An amount that is no whole number goes out as it is, so that the cloud's answer names it.
  return { update: { ring, ...window, frequency: joinDuration({ amount, unit }) ?? `${amount} ${unit}` } };
}

export function NodeUpdates({ resource, node, refresh }) {
  const state = useSaveForm({
    load: (signal) => api.configuration(resource, node.name, signal),
    save: async (draft) => {
      const saved = await api.patchConfiguration(resource, node.name, toPatch(draft));
      refresh();
      return saved;
    },
    toDraft,
  });
  return div(
    "stack",
    h(Standing, { node }),
    h(SaveForm, {
      state,
      what: "the updates schedule",
      savedText: "The node follows it from its next check at the latest.",
      shows: (path) => SHOWN.test(path),
      children: () => [
        h(RingSection, { state }),
        state.draft.ring === "slow" && h(WindowSection, { state, node }),
        h(FrequencySection, { state }),
      ],
    }),
    h(Upcoming, { node }),
  );
}

const Section = ({ title, text, children }) =>
  div("form-section", header(null, h2(null, title), p(null, text)), div("form-fields", children));

const RingSection = ({ state }) =>
  h(
    Section,
    { title: "Update ring", text: "How soon after a release this node's containers are updated." },
    fieldset(
      null,
      legend("visually-hidden", "Update ring"),
      div(
        "choices",
        ...RINGS.map(([ring, name, text]) =>
          label(
            "choice",
            input({
              type: "radio",
              name: "ring",
              value: ring,
              checked: state.draft.ring === ring,
              onChange: () => state.edit({ ring }),
            }),
            span(null, strong(null, name), span(null, text)),
          ),
        ),
      ),
    ),
    state.problem("update.ring") && p("error-text small", state.problem("update.ring")),
  );

function WindowSection({ state, node }) {
  const { week, day, time } = state.draft;
  const opens = !state.dirty && node.update?.nextWindow;
  return h(
    Section,
    { title: "Update window", text: "Once a month, for six hours from the time of day. A month without that day in its fifth week is passed over." },
    div(
      "row thirds",
      h(SelectField, {
        label: "Week of month",
        value: week,
        options: WEEKS,
        error: state.problem("update.week"),
        onValue: (value) => state.edit({ week: value }),
      }),
      h(SelectField, {
        label: "Day of week",
        value: day,
        options: DAYS,
        error: state.problem("update.day"),
        onValue: (value) => state.edit({ day: value }),
      }),
      h(TextField, {
        label: "Time of day (UTC)",
        hint: "24 hours, 03:00",
        inputmode: "numeric",
        maxlength: 5,
        value: time,
        error: state.problem("update.time"),
        onValue: (value) => state.edit({ time: value }),
      }),
    ),
    opens && p("small muted", `Opens next on ${utc(opens)}.`),
  );
}

function FrequencySection({ state }) {
  const [development, setDevelopment] = useState(false);
  useEffect(() => {
    const life = new AbortController();
    // Only the choice of seconds hangs on it: without an answer they are not offered.
    api.about(life.signal).then((about) => setDevelopment(about.development), () => {});
    return () => life.abort();
  }, []);
  const { amount, unit } = state.draft;
  const units = FREQUENCY_UNITS.filter((name) => name !== "seconds" || development || unit === "seconds");
  return h(
    Section,
    { title: "Update frequency", text: "How often the node checks whether a release is offered: 1 minute to 7 days." },
    div(
      "row pair",
      h(TextField, {
        label: "Check every",
        inputmode: "numeric",
        value: amount,
        error: state.problem("update.frequency"),
        onValue: (value) => state.edit({ amount: value }),
      }),
      h(SelectField, {
        label: "Unit",
        value: unit,
        options: units.map((name) => [name, name]),
        onValue: (value) => state.edit({ unit: value }),
      }),
    ),
  );
}

function Standing({ node }) {
  const now = useNow(1000);
  const { update, cache } = node;
  const waiting = cache?.updates?.waiting;
  const frequency = cache?.updates?.frequencySeconds;
  const tile = (name, value, note) => div("tile", dt(null, name), dd(null, value), note && p("small muted", note));
  const check = (instant) => (instant ? relative(instant, now) : "–");
  return div(
    "stack",
    dl(
      "tiles wide",
      tile("Current release", update.current, update.currentSince && `since ${utc(update.currentSince)}`),
      tile("Last check", check(update.lastCheck), update.lastCheck ? utc(update.lastCheck) : "The node has not checked yet"),
      tile("Next check", check(update.nextCheck), frequency && `The node checks every ${spanText(frequency)}`),
    ),
    waiting &&
      h(
        Notice,
        { tone: "warn", title: `Release ${waiting.version} waits for its window` },
        `The node moves to it when the window opens on ${utc(waiting.until)} (${relative(waiting.until, now)}).`,
      ),
  );
}

function Upcoming({ node }) {
  const now = useNow();
  const { offers } = node.update;
  return section(
    { class: "card", "aria-labelledby": "upcoming-title" },
    div("card-header", h2({ id: "upcoming-title" }, "Upcoming releases")),
    offers.length === 0
      ? div("card-body", p("muted", `No release newer than ${node.update.current} is offered.`))
      : div(
          "card-body flush",
          table(
            "cards",
            thead(null, tr(null, th({ scope: "col" }, "Release"), th({ scope: "col" }, "This node's ring may have it"))),
            tbody(
              null,
              ...offers.map(({ version, from }) =>
                tr(
                  { key: version },
                  td({ "data-label": "Release", class: "number" }, span("strong", version)),
                  td({ "data-label": "From" }, Date.parse(from) <= now ? `Since ${utc(from)}` : `From ${utc(from)}, ${relative(from, now)}`),
                ),
              ),
            ),
          ),
        ),
  );
}
