/** All resources. */
import { h, tags, useState } from "../lib.js";
import { api } from "../api.js";
import { link } from "../router.js";
import { usePoll } from "../poll.js";
import { NameDialog } from "../components/dialog.js";
import { Empty, Live } from "../components/notice.js";
import { PageHeader, STATES, stateTone } from "../components/parts.js";

const { a, button, code, div, p, span, table, tbody, td, th, thead, tr } = tags;
const POLL_MS = 5000;

export function ResourcesPage() {
  const poll = usePoll((signal) => api.resources(signal), POLL_MS, []);
  const [creating, setCreating] = useState(false);
  const create = async (name) => {
    await api.createResource(name);
    location.hash = link.resource(name);
  };
  const createButton = () =>
    button({ type: "button", class: "button primary", onClick: () => setCreating(true) }, "Create resource");
  return [
    h(PageHeader, {
      trail: [],
      title: "Resources",
      subtitle: ["A resource is one organisation's connected cache; it owns cache nodes."],
      actions: poll.data?.length > 0 ? [createButton()] : [],
    }),
    h(Live, {
      poll,
      what: "resources",
      children: (resources) =>
        div(
          "card",
          resources.length === 0
            ? h(
                Empty,
                { title: "Create your first resource" },
                p(null, "Name it after your organisation. Its cache nodes, their traffic and their updates are found under it."),
                createButton(),
              )
            : div("card-body flush", h(ResourceTable, { resources })),
        ),
    }),
    creating &&
      h(NameDialog, {
        title: "Create resource",
        label: "Resource name",
        hint: "1 to 90 letters, digits, hyphens and underscores; it cannot be changed later",
        create,
        onClose: () => setCreating(false),
      }),
  ];
}

const ResourceTable = ({ resources }) =>
  table(
    "cards",
    thead(
      null,
      tr(
        null,
        ...["Name", "Cache nodes", "Status", "Customer ID"].map((name) => th({ scope: "col" }, name)),
      ),
    ),
    tbody(
      null,
      ...resources.map(({ name, nodes, customerId }) =>
        tr(
          { key: name },
          td({ "data-label": "Name" }, a({ class: "name", href: link.resource(name) }, name)),
          td({ "data-label": "Cache nodes", class: "number" }, nodes.total),
          td({ "data-label": "Status" }, h(StateCounts, { nodes })),
          td({ "data-label": "Customer ID" }, code("muted", customerId)),
        ),
      ),
    ),
  );

const StateCounts = ({ nodes }) =>
  nodes.total === 0
    ? span("muted", "No cache nodes yet")
    : span(
        "state-counts",
        ...STATES.filter(([state]) => nodes[state] > 0).map(([state, text]) =>
          span("state-count", span({ class: `dot ${stateTone(state)}`, "aria-hidden": "true" }), `${nodes[state]} ${text.toLowerCase()}`),
        ),
      );
