/** The traffic of a resource or a node: figures, chart and the legend with totals. */
import { h, tags, useMemo, useState } from "../lib.js";
import { bitRate, bytes, count, percent } from "../format.js";
import { usePoll } from "../poll.js";
import { SPANS, spanUntil, summarise } from "../traffic.js";
import { colour, TrafficChart } from "./chart.js";
import { Empty, Live } from "./notice.js";
import { Segmented } from "./parts.js";

const { dd, div, dl, dt, h2, p, rect, section, small, span, svg, table, tbody, td, th, thead, tr } = tags;
const POLL_MS = 10_000;

/**
 * @param {{load: (span: object, signal: AbortSignal) => Promise<object>, subject: string, id: string}} props
 *   `id` changes with what is shown
 */
export function TrafficCard({ load, subject, id }) {
  const [span, setSpan] = useState("24h");
  const poll = usePoll((signal) => load(spanUntil(span, Date.now()), signal), POLL_MS, [id, span]);
  return section(
    { class: "card", "aria-labelledby": "traffic-title" },
    div(
      "card-header",
      div(
        null,
        h2({ id: "traffic-title" }, "Volume by Content Type"),
        p(null, `Delivered to clients by ${subject} in ${SPANS[span].name}`),
      ),
      h(Segmented, {
        label: "Timespan",
        options: Object.entries(SPANS).map(([key, { label }]) => [key, label]),
        value: span,
        onValue: setSpan,
      }),
    ),
    div(
      "card-body",
      h(Live, { poll, what: "traffic", children: (traffic) => h(Traffic, { traffic, subject, span }) }),
    ),
  );
}

function Traffic({ traffic, subject, span }) {
  const summary = useMemo(() => summarise(traffic), [traffic]);
  const [at, setAt] = useState();
  if (summary.series.length === 0) {
    return h(
      Empty,
      { title: `No traffic in ${SPANS[span].name}` },
      p(null, "Traffic shows here within seconds of a client's first download through a cache node."),
    );
  }
  const label = `Stacked columns of the volume that ${subject} delivered in ${SPANS[span].name}, by content type; the table below has the totals`;
  return div(
    "stack",
    h(Figures, { totals: summary.totals }),
    h(TrafficChart, { summary, label, onHover: setAt }),
    h(Legend, { summary, at }),
  );
}

function Figures({ totals }) {
  const figure = (name, value, note) => div(null, dt(null, name), dd(null, value, " ", small(null, note)));
  return dl(
    "figures",
    figure("Volume", bytes(totals.volume), `${count(totals.requests)} requests`),
    figure("Outbound Traffic", bitRate(totals.outbound), `average, ${bitRate(totals.peakOutbound)} at most`),
    figure("Cache efficiency", percent(totals.efficiency), "from the cache"),
    figure("Fetched from origins", bytes(totals.originBytes), ""),
  );
}

const clock = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });

function Legend({ summary, at }) {
  const { series, times, totals } = summary;
  const pointed = at !== undefined && at < times.length;
  return div(
    "scroll",
    table(
      "legend-table number",
      thead(
        null,
        tr(
          null,
          th({ scope: "col" }, "Content type"),
          th({ scope: "col", class: "right" }, pointed ? clock.format(times[at] * 1000) : ""),
          th({ scope: "col", class: "right" }, "Volume"),
          th({ scope: "col", class: "right" }, "Share"),
          th({ scope: "col", class: "right" }, "Cache efficiency"),
          th({ scope: "col", class: "right" }, "Requests"),
        ),
      ),
      tbody(
        null,
        ...series.map((one, index) =>
          tr(
            { key: one.contentType },
            td(null, span("legend-name", h(Swatch, { index }), one.contentType)),
            td("right muted", pointed ? bytes(one.values[at]) : ""),
            td("right", bytes(one.volume)),
            td("right", percent(totals.volume > 0 ? one.volume / totals.volume : 0)),
            td("right", percent(one.volume > 0 ? one.hitBytes / one.volume : undefined)),
            td("right", count(one.requests)),
          ),
        ),
      ),
    ),
  );
}

const Swatch = ({ index }) =>
  svg(
    { class: "swatch", viewBox: "0 0 12 12", "aria-hidden": "true" },
    rect({ width: 12, height: 12, rx: 3, fill: colour(index) }),
  );
