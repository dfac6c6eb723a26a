/** One resource: its nodes by state, its traffic, its nodes. */
import { h, tags, useState } from "../lib.js";
import { api } from "../api.js";
import { relative, utc } from "../format.js";
import { link } from "../router.js";
import { useNow, usePoll } from "../poll.js";
import { NameDialog } from "../components/dialog.js";
import { Empty, Live } from "../components/notice.js";
import { CopyButton, PageHeader, StateBadge, STATES, stateTone } from "../components/parts.js";
import { TrafficCard } from "../components/traffic-card.js";

const { a, button, code, dd, div, dl, dt, h2, p, section, span, table, tbody, td, th, thead, tr } = tags;
const POLL_MS = 4000;

export function ResourcePage({ resource }) {
  const load = async (signal) => {
    const [found, nodes] = await Promise.all([api.resource(resource, signal), api.nodes(resource, signal)]);
    return { ...found, list: nodes };
  };
  const poll = usePoll(load, POLL_MS, [resource]);
  const [creating, setCreating] = useState(false);
  const create = async (name) => {
    await api.createNode(resource, name);
    location.hash = link.node(resource, name, "configuration");
  };
  const createButton = () =>
    button({ type: "button", class: "button primary", onClick: () => setCreating(true) }, "Create cache node");
  return [
    h(PageHeader, {
      trail: [[link.resources(), "Resources"], [undefined, resource]],
      title: resource,
      subtitle: poll.data && [
        span("secret", "Customer ID", code(null, poll.data.customerId), h(CopyButton, { text: poll.data.customerId, what: "customer ID" })),
      ],
      actions: poll.data?.list.length > 0 ? [createButton()] : [],
    }),
    h(Live, {
      poll,
      what: "the resource",
      children: ({ nodes, list }) =>
        div(
          "stack",
          list.length > 0 && h(Tiles, { nodes }),
          h(Nodes, { resource, list, createButton }),
          list.length > 0 &&
            h(TrafficCard, {
              id: resource,
              subject: "all cache nodes",
              load: (span, signal) => api.resourceTraffic(resource, span, signal),
            }),
        ),
    }),
    creating &&
      h(NameDialog, {
        title: "Create cache node",
        label: "Cache node name",
        hint: "1 to 90 letters, digits, hyphens and underscores; unique in the resource; it cannot be changed later",
        create,
        onClose: () => setCreating(false),
      }),
  ];
}

const Tiles = ({ nodes }) =>
  dl(
    { class: "tiles", "aria-label": "Cache nodes by status" },
    h(Tile, { name: "Cache nodes", value: nodes.total }),
    ...STATES.map(([state, text]) => h(Tile, { name: text, value: nodes[state], tone: stateTone(state) })),
  );

const Tile = ({ name, value, tone }) =>
  div(
    "tile",
    dt(null, tone && span({ class: `dot ${tone}`, "aria-hidden": "true" }), name),
    dd(null, value),
  );

function Nodes({ resource, list, createButton }) {
  if (list.length === 0) {
    return div(
      "card",
      h(
        Empty,
        { title: "Create your first cache node" },
        p(null, "A cache node is one machine in an office with the three containers. Create it here, give it a cache drive, then run the command from its Deployment tab on the machine."),
        createButton(),
      ),
    );
  }
  return section(
    { class: "card", "aria-labelledby": "nodes-title" },
    div("card-header", h2({ id: "nodes-title" }, "Cache nodes")),
    div("card-body flush", h(NodeTable, { resource, list })),
  );
}

function NodeTable({ resource, list }) {
  const now = useNow();
  return table(
    "cards",
    thead(
      null,
      tr(
        null,
        ...["Name", "Status", "Software version", "Cache node ID", "Last report"].map((name) => th({ scope: "col" }, name)),
      ),
    ),
    tbody(
      null,
      ...list.map((node) =>
        tr(
          { key: node.name },
          td({ "data-label": "Name" }, a({ class: "name", href: link.node(resource, node.name) }, node.name)),
          td({ "data-label": "Status", title: node.stateDetail }, h(StateBadge, { node })),
          td({ "data-label": "Software version", class: "number" }, node.softwareVersion ?? "–"),
          td({ "data-label": "Cache node ID" }, code("muted", node.cacheNodeId)),
          td(
            { "data-label": "Last report", class: "number", title: node.lastReportAt && utc(node.lastReportAt) },
            relative(node.lastReportAt, now),
          ),
        ),
      ),
    ),
  );
}
