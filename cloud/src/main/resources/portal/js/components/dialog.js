/** A modal dialog with a form; Escape closes it, focus comes back to where it was. */
import { h, tags, useEffect, useId, useRef, useState } from "../lib.js";
import { ErrorNotice } from "./notice.js";
import { problemAt, problemsElsewhere } from "../problems.js";
import { TextField } from "./field.js";

const { button, dialog, div, form, h2 } = tags;

/**
 * @param {{title: string, action: string, tone?: "primary"|"danger", disabled?: boolean,
 *   onSubmit: () => Promise<void>, onClose: () => void, children: (error?: Error) => unknown,
 *   fields?: string[]}} props `fields` are the API's paths that the children show errors of
 */
export function FormDialog({ title, action, tone = "primary", disabled, onSubmit, onClose, children, fields = [] }) {
  const element = useRef(null);
  const titleId = useId();
  const [error, setError] = useState();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const opener = document.activeElement;
    element.current.showModal();
    return () => opener?.focus?.();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const elsewhere = problemsElsewhere(error?.problems ?? [], (path) => fields.includes(path));
  const atFields = (error?.problems ?? []).length > elsewhere.length;
  return dialog(
    { ref: element, "aria-labelledby": titleId, onCancel: onClose },
    form(
      { onSubmit: submit, novalidate: true },
      h2({ id: titleId }, title),
      div(
        "dialog-body",
        children(error),
        error && !(atFields && elsewhere.length === 0) && h(ErrorNotice, { error, problems: elsewhere }),
      ),
      div(
        "dialog-actions",
        button({ type: "button", class: "button", onClick: onClose }, "Cancel"),
        button({ type: "submit", class: `button ${tone}`, disabled: disabled || busy }, action),
      ),
    ),
  );
}

/**
 * Asks for the name of something to create.
 *
 * @param {{title: string, label: string, hint: string, create: (name: string) => Promise<void>, onClose: () => void}} props
 */
export function NameDialog({ title, label, hint, create, onClose }) {
  const [name, setName] = useState("");
  return h(FormDialog, {
    title,
    action: "Create",
    fields: ["name"],
    onClose,
    onSubmit: () => create(name.trim()),
    children: (error) =>
      h(TextField, {
        label,
        hint,
        error: problemAt(error?.problems ?? [], "name"),
        value: name,
        onValue: setName,
        maxlength: 90,
        autofocus: true,
      }),
  });
}

/** Deletes only when the name has been typed. */
export function DeleteDialog({ title, name, children, remove, onClose }) {
  const [typed, setTyped] = useState("");
  return h(FormDialog, {
    title,
    action: "Delete",
    tone: "danger",
    disabled: typed !== name,
    onClose,
    onSubmit: remove,
    children: () => [
      children,
      h(TextField, { label: `Type ${name} to confirm`, value: typed, onValue: setTyped, autofocus: true }),
    ],
  });
}
