/** A tab's form: what is saved, what is edited, saving, and which problem belongs where. */
import { h, tags, useEffect, useState } from "../lib.js";
import { problemAt, problemsElsewhere } from "../problems.js";
import { useUnsavedGuard } from "../router.js";
import { ErrorNotice, Loading, Outcome } from "./notice.js";

const { button, div, form } = tags;

/**
 * The state of a form over a part of a node's configuration.
 *
 * @template Saved, Draft
 * @param {{load: (signal: AbortSignal) => Promise<Saved>, save: (draft: Draft) => Promise<Saved>,
 *   toDraft: (saved: Saved) => Draft, tidy?: (draft: Draft) => Draft}} parts
 *   `tidy` runs before a save, so that the problems' indexes are those on the page
 */
export function useSaveForm({ load, save, toDraft, tidy = (draft) => draft }) {
  const [state, setState] = useState({ problems: [] });
  const change = (patch) => setState((last) => ({ ...last, ...patch }));
  const take = (saved) => change({ original: toDraft(saved), draft: toDraft(saved), error: undefined, problems: [] });
  const reload = async (signal) => {
    try {
      take(await load(signal));
    } catch (error) {
      if (!signal?.aborted) {
        change({ error });
      }
    }
  };
  useEffect(() => {
    const life = new AbortController();
    reload(life.signal);
    return () => life.abort();
  }, []);

  const dirty = JSON.stringify(state.draft) !== JSON.stringify(state.original);
  useUnsavedGuard(dirty);
  const submit = async () => {
    const draft = tidy(state.draft);
    change({ draft, busy: true, saved: false });
    try {
      take(await save(draft));
      change({ saved: true });
    } catch (error) {
      change({ error, problems: error.problems ?? [] });
    } finally {
      change({ busy: false });
    }
  };
  return {
    ...state,
    dirty,
    submit,
    reload,
    edit: (patch) => setState((last) => ({ ...last, draft: { ...last.draft, ...patch }, saved: false })),
    discard: () => change({ draft: state.original, error: undefined, problems: [], saved: false }),
    problem: (path) => problemAt(state.problems, path),
  };
}

/**
 * @param {{state: ReturnType<typeof useSaveForm>, what: string, savedText: string,
 *   shows: (path: string) => boolean, children: () => unknown}} props
 *   `shows` tells which problems the children show beside a field
 */
export function SaveForm({ state, what, savedText, shows, children }) {
  if (!state.draft) {
    return state.error
      ? h(ErrorNotice, { error: state.error, retry: () => state.reload() })
      : h(Loading, { what });
  }
  const elsewhere = problemsElsewhere(state.problems, shows);
  const onSubmit = async (event) => {
    const element = event.currentTarget;
    event.preventDefault();
    await state.submit();
    requestAnimationFrame(() => element.querySelector('[aria-invalid="true"]')?.focus());
  };
  return form(
    { class: "card", onSubmit, novalidate: true },
    children(),
    state.error && div("card-body", h(ErrorNotice, { error: state.error, problems: elsewhere })),
    div(
      "card-footer sticky",
      button({ type: "submit", class: "button primary", disabled: state.busy }, state.busy ? "Saving …" : "Save"),
      button(
        { type: "button", class: "button", onClick: state.discard, disabled: state.busy || !state.dirty },
        "Discard changes",
      ),
      h(Outcome, { saved: state.saved && savedText, dirty: state.dirty }),
    ),
  );
}
