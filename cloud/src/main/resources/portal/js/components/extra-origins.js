/** The configuration's list of origins beside the catalogue. */
import { h, tags } from "../lib.js";
import { CheckField, SelectField, TextField } from "./field.js";
import { AddRow, RemoveRow, Section, withRow } from "./form-rows.js";

const { div } = tags;

export function ExtraOrigins({ state }) {
  const { origins } = state.draft;
  const set = (index, change) => state.edit({ origins: withRow(origins, index, change) });
  const add = () => state.edit({ origins: [...origins, { host: "", scheme: "http", contentType: "Other", allowPrivateAddress: false }] });
  return h(
    Section,
    {
      title: "Extra origins",
      text: "Hosts to serve beside the built-in catalogue of Windows, Microsoft 365, Store and Defender content.",
    },
    origins.map(({ host, scheme, contentType, allowPrivateAddress }, index) =>
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
        h(CheckField, {
          label: `Origin ${index + 1} may be at a private address`,
          checked: allowPrivateAddress,
          onValue: (checked) => set(index, { allowPrivateAddress: checked }),
        }),
      ),
    ),
    h(AddRow, { text: "Add origin", onClick: add }),
  );
}
