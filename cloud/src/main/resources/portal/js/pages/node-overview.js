/** A node as it is: state, modules, drives, traffic. */
import { h, tags } from "../lib.js";
import { api } from "../api.js";
import { bytes, relative, utc } from "../format.js";
import { link } from "../router.js";
import { useNow } from "../poll.js";
import { Notice } from "../components/notice.js";
import { Badge, stateTone } from "../components/parts.js";
import { TrafficCard } from "../components/traffic-card.js";

const { a, code, dd, div, dl, dt, h2, p, rect, section, span, svg, table, tbody, td, th, thead, tr } = tags;

const NEXT_TABS = {
  notConfigured: ["configuration", "Open the Configuration tab"],
  neverPhonedHome: ["deployment", "Open the Deployment tab"],
};

export function NodeOverview({ resource, node }) {
  const next = NEXT_TABS[node.state];
  return div(
    "stack",
    node.stateDetail &&
      h(
        Notice,
        { tone: stateTone(node.state), title: node.stateText },
        node.stateDetail,
        next && [" ", a({ href: link.node(resource, node.name, next[0]) }, next[1])],
      ),
    (node.cache?.problems ?? []).length > 0 && h(CacheProblems, { problems: node.cache.problems }),
    h(Modules, { report: node.report }),
    h(TrafficCard, {
      id: `${resource}/${node.name}`,
      subject: "this cache node",
      load: (span, signal) => api.nodeTraffic(resource, node.name, span, signal),
    }),
    div("columns", h(Drives, { resource, node }), h(Facts, { node })),
    h(Events, { events: node.events }),
  );
}

const CacheProblems = ({ problems }) =>
  h(
    Notice,
    { tone: "warn", title: "The cache module keeps its earlier settings" },
    problems.map(({ path, message, mend }) => p(null, code(null, path), ` ${message}`, mend && ` (${mend})`)),
  );

function Facts({ node }) {
  const now = useNow();
  const { report } = node;
  const tags = Object.entries(node.tags);
  const fact = (name, value) => [dt(null, name), dd(null, value)];
  return section(
    { class: "card", "aria-labelledby": "facts-title" },
    div("card-header", h2({ id: "facts-title" }, "Details")),
    div(
      "card-body",
      dl(
        "facts",
        fact("Software version", node.softwareVersion ?? "Not reported yet"),
        fact("Release to run", node.release),
        fact("Last report", node.lastReportAt ? `${relative(node.lastReportAt, now)} (${utc(node.lastReportAt)})` : "Never"),
        fact("Hub", node.hubConnected ? "Connected" : "Not connected"),
        fact("Deployment manifest", h(ManifestState, { node })),
        report?.platform && fact("Machine", [report.platform.os, report.platform.architecture].filter(Boolean).join(", ")),
        report?.platform?.engineVersion && fact("Docker engine", report.platform.engineVersion),
        fact("Enrolled", node.enrolledAt ? utc(node.enrolledAt) : "Not yet"),
        fact("Created", utc(node.createdAt)),
        ...node.messages.map(({ module, output, count, lastAt }) =>
          fact(`Messages of ${module}${output && `, ${output}`}`, `${count}, the last ${relative(lastAt, now)}`),
        ),
        tags.length > 0 && fact("Tags", tags.map(([key, value]) => `${key} = ${value}`).join(", ")),
      ),
    ),
  );
}

function ManifestState({ node }) {
  if (node.state === "notConfigured") {
    return "None until a cache drive is configured";
  }
  const status = node.report?.lastDesiredStatus;
  const taken = node.report?.lastDesiredVersion;
  if (!status) {
    return `Version ${node.manifestVersion}`;
  }
  const text = taken === node.manifestVersion ? `Version ${taken}` : `Version ${taken} of ${node.manifestVersion}`;
  return [text, status.code === 200 ? ", applied" : `: ${status.description || `code ${status.code}`}`];
}

const MODULE_TONES = {
  running: "ok",
  unhealthy: "bad",
  failed: "bad",
  backoff: "warn",
  pulling: "warn",
  stopped: "idle",
  unknown: "idle",
};

function Modules({ report }) {
  const modules = Object.entries({ ...report?.systemModules, ...report?.modules });
  return section(
    { class: "card", "aria-labelledby": "modules-title" },
    div("card-header", h2({ id: "modules-title" }, "Modules")),
    modules.length === 0
      ? div("card-body", p("muted", "The node tells which modules it runs once it is deployed."))
      : div(
          "card-body flush",
          table(
            "cards",
            thead(
              null,
              tr(null, ...["Module", "Status", "Health", "Image", "Restarts", "Started"].map((name) => th({ scope: "col" }, name))),
            ),
            tbody(null, ...modules.map(([id, module]) => h(ModuleRow, { key: id, id, module }))),
          ),
        ),
  );
}

function ModuleRow({ id, module }) {
  const now = useNow();
  const health = module.healthy === undefined ? "–" : module.healthy ? "Healthy" : "Unhealthy";
  return tr(
    null,
    td({ "data-label": "Module" }, span("strong", id)),
    td(
      { "data-label": "Status" },
      div(
        null,
        h(Badge, { tone: MODULE_TONES[module.runtimeStatus] ?? "idle" }, module.runtimeStatus),
        module.statusDescription && p("small muted", module.statusDescription),
      ),
    ),
    td({ "data-label": "Health" }, health),
    td({ "data-label": "Image" }, code(null, module.image)),
    td({ "data-label": "Restarts", class: "number" }, module.restartCount ?? 0),
    td(
      { "data-label": "Started", class: "number", title: module.lastStartTimeUtc && utc(module.lastStartTimeUtc) },
      module.lastStartTimeUtc ? relative(module.lastStartTimeUtc, now) : "–",
    ),
  );
}

function Drives({ resource, node }) {
  const drives = node.cache?.drives ?? [];
  return section(
    { class: "card", "aria-labelledby": "drives-title" },
    div("card-header", h2({ id: "drives-title" }, "Cache drives")),
    div(
      "card-body stack",
      drives.length === 0
        ? p(
            "muted",
            "The cache module has not reported its drives yet. ",
            a({ href: link.node(resource, node.name, "configuration") }, "Configure drives"),
          )
        : drives.map((drive) => h(Drive, { key: drive.hostPath, drive })),
    ),
  );
}

function Drive({ drive }) {
  const share = drive.sizeBytes > 0 ? Math.min(1, drive.usedBytes / drive.sizeBytes) : 0;
  const used = `${bytes(drive.usedBytes)} of ${bytes(drive.sizeBytes)} used`;
  return div(
    "drive-use",
    div("drive-line", code(null, drive.hostPath), span("small muted number", used)),
    div(
      { class: "meter", role: "img", "aria-label": used },
      svg({ viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, rect({ width: share * 100, height: 8 })),
    ),
    drive.problem && p("error-text small", drive.problem),
  );
}

const EVENTS_SHOWN = 20;

const EVENT_NAMES = {
  started: "Started",
  restarted: "Restarted",
  stopped: "Stopped",
  failed: "Failed",
  unhealthy: "Unhealthy",
  manifestAccepted: "Manifest accepted",
  manifestRefused: "Manifest refused",
};

const EVENT_TONES = { started: "ok", manifestAccepted: "ok", failed: "bad", unhealthy: "bad", manifestRefused: "bad", restarted: "warn" };

/** The newest first; the API has 200 of them. */
function Events({ events }) {
  const shown = (events?.list ?? []).toReversed().slice(0, EVENTS_SHOWN);
  return section(
    { class: "card", "aria-labelledby": "events-title" },
    div("card-header", h2({ id: "events-title" }, "Events")),
    shown.length === 0
      ? div("card-body", p("muted", "What happens on the node is listed here once it is deployed."))
      : div(
          "card-body flush",
          table(
            "cards",
            thead(null, tr(null, ...["Event", "Module", "When", "Detail"].map((name) => th({ scope: "col" }, name)))),
            tbody(null, ...shown.map((event) => h(EventRow, { key: `${event.at} ${event.sequence}`, event }))),
          ),
        ),
  );
}

function EventRow({ event: { at, kind, module, description } }) {
  const now = useNow();
  return tr(
    null,
    td({ "data-label": "Event" }, h(Badge, { tone: EVENT_TONES[kind] ?? "idle" }, EVENT_NAMES[kind] ?? kind)),
    td({ "data-label": "Module" }, module || "–"),
    td({ "data-label": "When", class: "number", title: utc(at) }, relative(at, now)),
    td({ "data-label": "Detail" }, description || "–"),
  );
}
