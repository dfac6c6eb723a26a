/** The Configuration tab. */
import { h, tags } from "../lib.js";
import { api } from "../api.js";
import { CheckField, SelectField, TextField } from "../components/field.js";
import { ExtraOrigins } from "../components/extra-origins.js";
import { AddRow, RemoveRow, Section, withRow } from "../components/form-rows.js";
import { SaveForm, useSaveForm } from "../components/save-form.js";

const { div } = tags;
const MOST_DRIVES = 9;
const SHOWN = /^(cacheDrives\[\d+\]\.(physicalPath|sizeInGb)|proxy\.(host|port)|parent\.(host|port|scheme)|httpPort|summaryPort|httpsPort|limits\.connectionsPerClient|origins\[\d+\]\.(host|scheme|contentType))$/;

/** @param {object} saved as the API has it */
function toDraft({
  cacheDrives = [],
  proxy = {},
  parent = {},
  httpPort = 80,
  summaryPort = 5000,
  tls = false,
  httpsPort = 443,
  limits = {},
  origins = [],
}) {
  const drives = cacheDrives.map((drive) => ({ path: drive.physicalPath, size: String(drive.sizeInGb) }));
  return {
    drives: drives.length > 0 ? drives : [{ path: "", size: "" }],
    proxyEnabled: proxy.enabled ?? false,
    proxyHost: proxy.host ?? "",
    proxyPort: proxy.port === undefined ? "" : String(proxy.port),
    parentHost: parent.host ?? "",
    parentPort: parent.port === undefined ? "" : String(parent.port),
    parentScheme: parent.scheme ?? "http",
    httpPort: String(httpPort),
    summaryPort: String(summaryPort),
    tls,
    httpsPort: String(httpsPort),
    connectionsPerClient: String(limits.connectionsPerClient ?? 256),
    origins: origins.map(({ host, scheme = "http", contentType = "Other", allowPrivateAddress = false }) => ({
      host,
      scheme,
      contentType,
      allowPrivateAddress,
    })),
  };
}

/** Rows that were left empty are no rows. */
const tidy = (draft) => ({
  ...draft,
  drives: draft.drives.filter(({ path, size }) => path.trim() || size.trim()),
  origins: draft.origins.filter(({ host }) => host.trim()),
});

/** Text that is no number goes out as it is, so that the cloud's answer names it. */
const number = (text) => (text.trim() === "" ? undefined : Number.isFinite(Number(text)) ? Number(text) : text);

function toPatch(draft) {
  return {
    cacheDrives: draft.drives.map(({ path, size }) => ({ physicalPath: path.trim(), sizeInGb: number(size) })),
    proxy: {
      enabled: draft.proxyEnabled,
      host: draft.proxyHost.trim() || null,
      port: number(draft.proxyPort) ?? null,
    },
    parent: draft.parentHost.trim()
      ? { host: draft.parentHost.trim(), port: number(draft.parentPort) ?? null, scheme: draft.parentScheme }
      : null,
    httpPort: number(draft.httpPort) ?? null,
    summaryPort: number(draft.summaryPort) ?? null,
    tls: draft.tls,
    httpsPort: number(draft.httpsPort) ?? null,
    limits: { connectionsPerClient: number(draft.connectionsPerClient) ?? null },
    origins: draft.origins.map(({ host, scheme, contentType, allowPrivateAddress }) => ({
      host: host.trim(),
      scheme,
      contentType: contentType.trim() || "Other",
      allowPrivateAddress,
    })),
  };
}

export function NodeConfiguration({ resource, node, refresh }) {
  const state = useSaveForm({
    load: (signal) => api.configuration(resource, node.name, signal),
    save: async (draft) => {
      const saved = await api.patchConfiguration(resource, node.name, toPatch(draft));
      refresh();
      return saved;
    },
    toDraft,
    tidy,
  });
  return h(SaveForm, {
    state,
    what: "the configuration",
    savedText: node.enrolledAt ? "The node follows within seconds." : "Next: the Deployment tab has the command for the machine.",
    shows: (path) => SHOWN.test(path),
    children: () => [
      h(Drives, { state }),
      h(ProxySection, { state }),
      h(ParentSection, { state }),
      h(Ports, { state }),
      h(ExtraOrigins, { state }),
    ],
  });
}

function Drives({ state }) {
  const { drives } = state.draft;
  const set = (index, change) => state.edit({ drives: withRow(drives, index, change) });
  return h(
    Section,
    {
      title: "Cache drives",
      text: `Folders of the machine in which content is kept, up to ${MOST_DRIVES}. Each must exist before you deploy.`,
    },
    drives.map(({ path, size }, index) =>
      div(
        { class: "row drive", key: index },
        h(TextField, {
          label: "Cache drive folder",
          suffix: String(index + 1),
          placeholder: "/data/cache",
          spellcheck: false,
          value: path,
          error: state.problem(`cacheDrives[${index}].physicalPath`),
          onValue: (value) => set(index, { path: value }),
        }),
        h(TextField, {
          label: "Cache drive size in gigabytes",
          suffix: String(index + 1),
          placeholder: "50 to 10000",
          inputmode: "decimal",
          value: size,
          error: state.problem(`cacheDrives[${index}].sizeInGb`),
          onValue: (value) => set(index, { size: value }),
        }),
        h(RemoveRow, { what: `cache drive ${index + 1}`, onClick: () => set(index) }),
      ),
    ),
    drives.length < MOST_DRIVES &&
      h(AddRow, { text: "Add cache drive", onClick: () => state.edit({ drives: [...drives, { path: "", size: "" }] }) }),
  );
}

function ProxySection({ state }) {
  const { proxyEnabled, proxyHost, proxyPort } = state.draft;
  return h(
    Section,
    { title: "Proxy", text: "For what the node fetches from origins. An HTTP proxy without authentication." },
    h(CheckField, {
      label: "Enable proxy",
      checked: proxyEnabled,
      onValue: (checked) => state.edit({ proxyEnabled: checked }),
    }),
    div(
      "row proxy",
      h(TextField, {
        label: "Proxy host name",
        placeholder: "proxy.example.org",
        disabled: !proxyEnabled,
        value: proxyHost,
        error: state.problem("proxy.host"),
        onValue: (value) => state.edit({ proxyHost: value }),
      }),
      h(TextField, {
        label: "Proxy port",
        placeholder: "8080",
        inputmode: "numeric",
        disabled: !proxyEnabled,
        value: proxyPort,
        error: state.problem("proxy.port"),
        onValue: (value) => state.edit({ proxyPort: value }),
      }),
    ),
  );
}

const ParentSection = ({ state }) =>
  h(
    Section,
    {
      title: "Parent cache",
      text: "Another Larder or Connected Cache, nearer to the internet. The node fetches through it, and from the origins while it cannot be reached.",
    },
    div(
      "row parent",
      h(TextField, {
        label: "Parent cache host name",
        placeholder: "none",
        spellcheck: false,
        value: state.draft.parentHost,
        error: state.problem("parent.host"),
        onValue: (value) => state.edit({ parentHost: value }),
      }),
      h(TextField, {
        label: "Parent cache port",
        placeholder: "80",
        inputmode: "numeric",
        value: state.draft.parentPort,
        error: state.problem("parent.port"),
        onValue: (value) => state.edit({ parentPort: value }),
      }),
      h(SelectField, {
        label: "Parent cache scheme",
        value: state.draft.parentScheme,
        options: [["http", "http"], ["https", "https"]],
        error: state.problem("parent.scheme"),
        onValue: (value) => state.edit({ parentScheme: value }),
      }),
    ),
  );

const Ports = ({ state }) =>
  h(
    Section,
    { title: "Ports", text: "Clients ask the cache on the HTTP port; Windows clients expect 80. The summary is for the machine itself." },
    div(
      "row ports",
      h(TextField, {
        label: "HTTP port",
        inputmode: "numeric",
        value: state.draft.httpPort,
        error: state.problem("httpPort"),
        onValue: (value) => state.edit({ httpPort: value }),
      }),
      h(TextField, {
        label: "Summary port",
        inputmode: "numeric",
        value: state.draft.summaryPort,
        error: state.problem("summaryPort"),
        onValue: (value) => state.edit({ summaryPort: value }),
      }),
    ),
    h(CheckField, {
      label: "Serve HTTPS too, with a certificate that is installed on the machine",
      checked: state.draft.tls,
      onValue: (checked) => state.edit({ tls: checked }),
    }),
    div(
      "row ports",
      h(TextField, {
        label: "HTTPS port",
        inputmode: "numeric",
        disabled: !state.draft.tls,
        value: state.draft.httpsPort,
        error: state.problem("httpsPort"),
        onValue: (value) => state.edit({ httpsPort: value }),
      }),
      h(TextField, {
        label: "Connections per client",
        inputmode: "numeric",
        value: state.draft.connectionsPerClient,
        error: state.problem("limits.connectionsPerClient"),
        onValue: (value) => state.edit({ connectionsPerClient: value }),
      }),
    ),
  );
