/** The Configuration tab. */
import { h, tags } from "../lib.js";
import { api } from "../api.js";
import { CheckField, SelectField, TextField } from "../components/field.js";
import { SaveForm, useSaveForm } from "../components/save-form.js";

const { button, div, h2, header, p, section } = tags;
const MOST_DRIVES = 9;
const SHOWN = /^(cacheDrives\[\d+\]\.(physicalPath|sizeInGb)|proxy\.(host|port)|httpPort|summaryPort|origins\[\d+\]\.(host|scheme|contentType))$/;

/** @param {object} saved as the API has it */
function toDraft({ cacheDrives = [], proxy = {}, httpPort = 80, summaryPort = 5000, origins = [] }) {
  const drives = cacheDrives.map((drive) => ({ path: drive.physicalPath, size: String(drive.sizeInGb) }));
  return {
    drives: drives.length > 0 ? drives : [{ path: "", size: "" }],
    proxyEnabled: proxy.enabled ?? false,
    proxyHost: proxy.host ?? "",
    proxyPort: proxy.port === undefined ? "" : String(proxy.port),
    httpPort: String(httpPort),
    summaryPort: String(summaryPort),
    origins: origins.map(({ host, scheme = "http", contentType = "Other" }) => ({ host, scheme, contentType })),
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
    httpPort: number(draft.httpPort) ?? null,
    summaryPort: number(draft.summaryPort) ?? null,
    origins: draft.origins.map(({ host, scheme, contentType }) => ({
      host: host.trim(),
      scheme,
      contentType: contentType.trim() || "Other",
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
      h(Ports, { state }),
      h(Origins, { state }),
    ],
  });
}

const Section = ({ title, text, children }) =>
  section("form-section", header(null, h2(null, title), p(null, text)), div("form-fields", children));

/** The rows of a list with one of them changed; without one when `change` is undefined. */
const withRow = (rows, index, change) =>
  rows.flatMap((row, at) => (at === index ? (change ? [{ ...row, ...change }] : []) : [row]));

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

const RemoveRow = ({ what, onClick }) =>
  button({ type: "button", class: "icon-button", "aria-label": `Remove ${what}`, title: `Remove ${what}`, onClick }, "×");

const AddRow = ({ text, onClick }) =>
  div(null, button({ type: "button", class: "button small", onClick }, `+ ${text}`));

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
  );

function Origins({ state }) {
  const { origins } = state.draft;
  const set = (index, change) => state.edit({ origins: withRow(origins, index, change) });
  const add = () => state.edit({ origins: [...origins, { host: "", scheme: "http", contentType: "Other" }] });
  return h(
    Section,
    {
      title: "Extra origins",
      text: "Hosts to serve beside the built-in catalogue of Windows, Microsoft 365, Store and Defender content.",
    },
    origins.map(({ host, scheme, contentType }, index) =>
      div(
        { class: "row origin", key: index },
        h(TextField, {
          label: "Host",
          suffix: `of extra origin ${index + 1}`,
          placeholder: "packages.example.org",
          spellcheck: false,
          value: host,
          error: state.problem(`origins[${index}].host`),
          onValue: (value) => set(index, { host: value }),
        }),
        h(SelectField, {
          label: "Scheme",
          suffix: `of extra origin ${index + 1}`,
          value: scheme,
          options: [["http", "http"], ["https", "https"]],
          error: state.problem(`origins[${index}].scheme`),
          onValue: (value) => set(index, { scheme: value }),
        }),
        h(TextField, {
          label: "Content type",
          suffix: `of extra origin ${index + 1}`,
          value: contentType,
          error: state.problem(`origins[${index}].contentType`),
          onValue: (value) => set(index, { contentType: value }),
        }),
        h(RemoveRow, { what: `extra origin ${index + 1}`, onClick: () => set(index) }),
      ),
    ),
    h(AddRow, { text: "Add origin", onClick: add }),
  );
}
