/** Small parts: node states, copying, tabs, the page's header. */
import { h, tags, useEffect, useRef, useState } from "../lib.js";

const { a, button, code, div, h1, li, nav, ol, span } = tags;

const STATE_TONES = {
  healthy: "ok",
  unhealthy: "bad",
  neverPhonedHome: "warn",
  notConfigured: "idle",
};

/** The states in the order in which the portal counts them. */
export const STATES = [
  ["healthy", "Healthy"],
  ["unhealthy", "Unhealthy"],
  ["neverPhonedHome", "Never phoned home"],
  ["notConfigured", "Not configured"],
];

export const stateTone = (state) => STATE_TONES[state] ?? "idle";

/** @param {{tone: "ok"|"warn"|"bad"|"idle"}} props */
export const Badge = ({ tone, children }) => span(`badge ${tone}`, children);

export const StateBadge = ({ node }) =>
  h(Badge, { tone: stateTone(node.state) }, node.stateText);

async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) {
    throw new Error("The browser does not let this page copy");
  }
}

/** @param {{text: string, what: string, primary?: boolean}} props `what` is copied, for a screen reader */
export function CopyButton({ text, what, primary }) {
  const [outcome, setOutcome] = useState("");
  const timer = useRef();
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    const said = await copyText(text).then(
      () => "Copied",
      () => "Not copied: select the text and press Ctrl+C",
    );
    setOutcome(said);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOutcome(""), 4000);
  };
  return span(
    "actions",
    button(
      {
        type: "button",
        class: primary ? "button primary" : "button small quiet",
        "aria-label": `Copy ${what}`,
        onClick: copy,
      },
      "Copy",
    ),
    span({ class: "small muted", role: "status", "aria-live": "polite" }, outcome),
  );
}

/** A secret that shows itself when asked to. */
export function Secret({ value, what }) {
  const [shown, setShown] = useState(false);
  return span(
    "secret",
    code(null, shown ? value : MASK),
    button(
      {
        type: "button",
        class: "button small quiet",
        "aria-pressed": String(shown),
        "aria-label": `${shown ? "Hide" : "Show"} ${what}`,
        onClick: () => setShown(!shown),
      },
      shown ? "Hide" : "Show",
    ),
    h(CopyButton, { text: value, what }),
  );
}

export const MASK = "••••••••••••";

/** @param {{items: [string, string][], current: string, label: string}} props items are address and name */
export function Tabs({ items, current, label }) {
  return nav(
    { class: "tabs", "aria-label": label },
    ...items.map(([href, name]) =>
      a({ class: "tab", href, "aria-current": name === current ? "page" : undefined }, name),
    ),
  );
}

/** @param {{trail: [string, string][], title: string, badge?: object, subtitle?: object[], actions?: object[]}} props */
export function PageHeader({ trail, title, badge, subtitle, actions }) {
  return [
    trail.length > 0 &&
      nav(
        { class: "breadcrumbs", "aria-label": "Breadcrumbs" },
        ol(null, ...trail.map(([href, name]) => li(null, href ? a({ href }, name) : name))),
      ),
    div(
      "page-header",
      div(
        null,
        div("page-title", h1(null, title), badge),
        subtitle && div("page-subtitle", ...subtitle),
      ),
      actions && div("page-actions", ...actions),
    ),
  ];
}

/** @param {{options: [string, string][], value: string, onValue: (key: string) => void, label: string}} props */
export function Segmented({ options, value, onValue, label }) {
  return div(
    { class: "segmented", role: "group", "aria-label": label },
    ...options.map(([key, name]) =>
      button(
        { type: "button", "aria-pressed": String(key === value), onClick: () => onValue(key) },
        name,
      ),
    ),
  );
}
