/** Labelled form fields with their hint and error. */
import { h, tags, useId } from "../lib.js";

const { div, input, label, option, select, span } = tags;

/**
 * @param {{label: string, suffix?: string, hint?: string, error?: string,
 *   control: (attributes: object) => object}} props `suffix` tells repeated labels apart for a screen reader
 */
function Field({ label: text, suffix, hint, error, control }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return div(
    "field",
    label({ for: id }, text, suffix && span("visually-hidden", ` ${suffix}`)),
    control({
      id,
      "aria-describedby": described || undefined,
      "aria-invalid": error ? "true" : undefined,
    }),
    error && span({ class: "error", id: `${id}-error` }, error),
    hint && span({ class: "hint", id: `${id}-hint` }, hint),
  );
}

/** @param {{value: string, onValue: (value: string) => void}} props and those of an input and a field */
export function TextField({ label: text, suffix, hint, error, value, onValue, ...rest }) {
  const control = (attributes) =>
    input({
      type: "text",
      autocomplete: "off",
      ...rest,
      ...attributes,
      value,
      onInput: (event) => onValue(event.target.value),
    });
  return h(Field, { label: text, suffix, hint, error, control });
}

/** @param {{value: string, options: [string, string][], onValue: (value: string) => void}} props */
export function SelectField({ label: text, suffix, hint, error, value, options, onValue, ...rest }) {
  const control = (attributes) =>
    select(
      { ...rest, ...attributes, value, onChange: (event) => onValue(event.target.value) },
      ...options.map(([key, name]) => option({ value: key, selected: key === value }, name)),
    );
  return h(Field, { label: text, suffix, hint, error, control });
}

/** @param {{label: string, checked: boolean, onValue: (checked: boolean) => void}} props */
export function CheckField({ label: text, checked, onValue }) {
  const id = useId();
  return div(
    "check",
    input({ type: "checkbox", id, checked, onChange: (event) => onValue(event.target.checked) }),
    label({ for: id }, text),
  );
}
