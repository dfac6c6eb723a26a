/** The Deployment tab: what to do on the machine, step by step. */
import { h, tags, useState } from "../lib.js";
import { api } from "../api.js";
import { link } from "../router.js";
import { usePoll } from "../poll.js";
import { Empty, Live } from "../components/notice.js";
import { CopyButton, MASK, Secret, StateBadge } from "../components/parts.js";

const { a, button, code, dd, div, dl, dt, h2, h3, li, ol, p, section, span } = tags;
// A new registration key shows here soon after a deploy has spent the one before.
const POLL_MS = 5000;

export function NodeDeployment({ resource, node }) {
  const load = (signal) =>
    api.deploymentDetails(resource, node.name, signal).catch((error) => {
      if (error.status === 409) {
        return { notReady: error.message };
      }
      throw error;
    });
  const poll = usePoll(load, POLL_MS, [resource, node.name, node.state]);
  return h(Live, {
    poll,
    what: "the deployment details",
    children: (details) =>
      details.notReady
        ? div(
            "card",
            h(
              Empty,
              { title: "Configure the cache node first" },
              p(null, details.notReady),
              a({ class: "button primary", href: link.node(resource, node.name, "configuration") }, "Open the Configuration tab"),
            ),
          )
        : div("stack", h(Steps, { resource, node, details }), h(Keys, { details })),
  });
}

function Steps({ resource, node, details }) {
  const file = "larder-node.zip";
  return section(
    { class: "card", "aria-labelledby": "deploy-title" },
    div(
      "card-header",
      div(
        null,
        h2({ id: "deploy-title" }, "Deploy this cache node"),
        p(null, "On a Linux machine in the office. It needs Docker and nothing else; the script installs Docker where it is missing."),
      ),
    ),
    ol(
      "steps",
      li(
        "step",
        h3(null, "Download the deployment bundle"),
        p("muted", "It holds the scripts and this cloud's certificate, and no secret."),
        p(
          "actions",
          a({ class: "button", href: api.bundleUrl(resource, node.name), download: file }, "Download deployment bundle"),
          span("small muted", "ZIP, for this node"),
        ),
      ),
      li(
        "step",
        h3(null, "Unpack it on the machine"),
        p("muted", "Copy the ZIP to the machine, unpack it and go to its folder. The folders of the cache drives must exist."),
        code("command", `unzip ${file} -d larder-node && cd larder-node`),
      ),
      h(RunStep, { details }),
      li(
        "step",
        h3(null, "Wait for the first report"),
        p("actions", h(StateBadge, { node }), span("muted", node.stateDetail)),
      ),
    ),
  );
}

function RunStep({ details }) {
  const [shown, setShown] = useState(false);
  const masked = [details.customerKey, details.registrationKey].reduce(
    (command, key) => command.replaceAll(key, MASK),
    details.command,
  );
  return li(
    "step",
    h3(null, "Run the deploy command"),
    p("muted", "As root or with sudo. The registration key in it works once; after each deploy this page shows a new command."),
    code({ class: "command", "aria-label": "Deploy command" }, shown ? details.command : masked),
    div(
      "actions",
      h(CopyButton, { text: details.command, what: "deploy command", primary: true }),
      button(
        { type: "button", class: "button quiet", "aria-pressed": String(shown), onClick: () => setShown(!shown) },
        shown ? "Hide keys" : "Show keys",
      ),
    ),
  );
}

function Keys({ details }) {
  const plain = (name, value) => [
    dt(null, name),
    dd(null, span("secret", code(null, value), h(CopyButton, { text: value, what: name }))),
  ];
  const secret = (name, value) => [dt(null, name), dd(null, h(Secret, { key: value, value, what: name }))];
  return section(
    { class: "card", "aria-labelledby": "keys-title" },
    div("card-header", h2({ id: "keys-title" }, "Deployment details")),
    div(
      "card-body",
      dl(
        "facts",
        plain("Customer ID", details.customerId),
        plain("Cache node ID", details.cacheNodeId),
        secret("Customer key", details.customerKey),
        secret("Registration key", details.registrationKey),
        plain("Cloud", details.cloudUrl),
      ),
    ),
  );
}
