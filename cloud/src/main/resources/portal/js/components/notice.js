/** What the page tells of itself: errors, hints, waiting, emptiness. */
import { h, tags } from "../lib.js";
import { sentence } from "../problems.js";

const { button, div, h2, li, p, span, strong, ul } = tags;

/** @param {{tone?: "ok"|"warn"|"bad"|"idle", title: string, children?: unknown}} props */
export function Notice({ tone = "idle", title, children }) {
  return div(
    { class: `notice ${tone}`, role: tone === "bad" ? "alert" : undefined },
    div(null, strong(null, title), children),
  );
}

/**
 * An error, what to do about it, and the way to try again.
 *
 * @param {{error?: Error & {hint?: string, problems?: object[]}, retry?: () => void, problems?: object[]}} props
 */
export function ErrorNotice({ error, retry, problems = error?.problems ?? [] }) {
  if (!error) {
    return null;
  }
  return div(
    { class: "notice bad", role: "alert" },
    div(
      null,
      // With problems the cloud's sentence is made of them; each is said once.
      strong(null, error.problems?.length > 0 ? refusal(error, problems) : error.message),
      error.hint && span(null, error.hint),
      problems.length > 0 &&
        ul(null, ...problems.map((problem) => li(null, sentence(problem.path, problem)))),
    ),
    retry && button({ type: "button", class: "button small", onClick: retry }, "Try again"),
  );
}

const refusal = (error, problems) => {
  const beside = error.problems.length - problems.length;
  const fields = beside === 1 ? "One field needs" : `${beside} fields need`;
  return beside > 0 ? `Not accepted. ${fields} a change.` : "Not accepted.";
};

export function Loading({ what }) {
  return div(
    { class: "loading", role: "status" },
    span({ class: "spinner", "aria-hidden": "true" }),
    `Loading ${what} …`,
  );
}

/** @param {{title: string, children: unknown}} props */
export function Empty({ title, children }) {
  return div("empty", h2(null, title), children);
}

/** Live data's page: waits for the first answer, then shows it with any later error above. */
export function Live({ poll, what, children }) {
  if (poll.data === undefined) {
    return poll.error
      ? h(ErrorNotice, { error: poll.error, retry: poll.refresh })
      : h(Loading, { what });
  }
  return [
    poll.error &&
      h(Notice, {
        tone: "warn",
        title: `${poll.error.message} The page shows what was known before and keeps trying.`,
      }),
    children(poll.data),
  ];
}

/** The line beside a Save button; a screen reader hears it change. */
export function Outcome({ saved, dirty }) {
  const text = saved ? `Saved. ${saved}` : dirty ? "Unsaved changes" : "";
  return p({ class: "small muted", role: "status", "aria-live": "polite" }, text);
}
