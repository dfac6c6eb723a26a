/** One cache node: its header and tabs. */
import { h, tags, useState } from "../lib.js";
import { api } from "../api.js";
import { link } from "../router.js";
import { usePoll } from "../poll.js";
import { DeleteDialog } from "../components/dialog.js";
import { Live } from "../components/notice.js";
import { CopyButton, PageHeader, StateBadge, Tabs } from "../components/parts.js";
import { NodeConfiguration } from "./node-configuration.js";
import { NodeDeployment } from "./node-deployment.js";
import { NodeOverview } from "./node-overview.js";
import { NodeUpdates } from "./node-updates.js";

const { button, code, p, span, strong } = tags;
const POLL_MS = 3000;
const TABS = {
  overview: ["Overview", NodeOverview],
  configuration: ["Configuration", NodeConfiguration],
  deployment: ["Deployment", NodeDeployment],
  updates: ["Updates", NodeUpdates],
};

export function NodePage({ resource, node: name, tab }) {
  const poll = usePoll((signal) => api.node(resource, name, signal), POLL_MS, [resource, name]);
  const [deleting, setDeleting] = useState(false);
  const remove = async () => {
    await api.deleteNode(resource, name);
    location.hash = link.resource(resource);
  };
  const [title, page] = TABS[tab];
  return [
    h(PageHeader, {
      trail: [
        [link.resources(), "Resources"],
        [link.resource(resource), resource],
        [undefined, name],
      ],
      title: name,
      badge: poll.data && h(StateBadge, { node: poll.data }),
      subtitle: poll.data && [
        span("secret", "Cache node ID", code(null, poll.data.cacheNodeId), h(CopyButton, { text: poll.data.cacheNodeId, what: "cache node ID" })),
      ],
      actions: [
        button({ type: "button", class: "button danger", onClick: () => setDeleting(true) }, "Delete"),
      ],
    }),
    h(Tabs, {
      label: "Cache node",
      current: title,
      items: Object.entries(TABS).map(([key, [text]]) => [link.node(resource, name, key), text]),
    }),
    h(Live, {
      poll,
      what: "the cache node",
      children: (node) => h(page, { key: tab, resource, node, refresh: poll.refresh }),
    }),
    deleting &&
      h(
        DeleteDialog,
        { title: "Delete this cache node?", name, remove, onClose: () => setDeleting(false) },
        p(
          null,
          strong(null, "The cloud forgets the node, its configuration and its traffic. "),
          "Its certificate is no longer taken. The machine goes on serving until you run uninstall.sh on it.",
        ),
      ),
  ];
}
