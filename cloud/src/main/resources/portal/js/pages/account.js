/** The administrator's account: password and API tokens. */
import { h, tags, useState } from "../lib.js";
import { api } from "../api.js";
import { utc } from "../format.js";
import { problemAt, problemsElsewhere } from "../problems.js";
import { usePoll } from "../poll.js";
import { TextField } from "../components/field.js";
import { ErrorNotice, Live, Notice } from "../components/notice.js";
import { PageHeader } from "../components/parts.js";

const { button, code, div, form, h2, p, section, table, tbody, td, th, thead, tr } = tags;
const POLL_MS = 15_000;

export function AccountPage({ session, onSession }) {
  return [
    h(PageHeader, { trail: [], title: "Account" }),
    div("columns", h(PasswordCard, { session, onSession }), h(TokensCard)),
  ];
}

const EMPTY = { current: "", next: "", repeated: "" };

function PasswordCard({ session, onSession }) {
  const [draft, setDraft] = useState(EMPTY);
  const [outcome, setOutcome] = useState({});
  const problems = outcome.error?.problems ?? [];
  const elsewhere = problemsElsewhere(problems, (path) => path === "current" || path === "new");
  const differs = draft.repeated !== "" && draft.next !== draft.repeated;
  const field = (key, label, rest) =>
    h(TextField, {
      label,
      type: "password",
      value: draft[key],
      onValue: (value) => setDraft({ ...draft, [key]: value }),
      ...rest,
    });
  const submit = async (event) => {
    event.preventDefault();
    if (draft.next !== draft.repeated) {
      return;
    }
    try {
      await api.changePassword(draft.current, draft.next);
      setDraft(EMPTY);
      setOutcome({ done: true });
      onSession({ ...session, generatedPassword: false });
    } catch (error) {
      setOutcome({ error });
    }
  };
  return section(
    { class: "card", "aria-labelledby": "password-title" },
    div("card-header", h2({ id: "password-title" }, "Password")),
    form(
      { class: "card-body stack", onSubmit: submit },
      field("current", "Current password", { autocomplete: "current-password", error: problemAt(problems, "current") }),
      field("next", "New password", {
        autocomplete: "new-password",
        hint: "12 characters or more. Every other session ends.",
        error: problemAt(problems, "new"),
      }),
      field("repeated", "New password again", {
        autocomplete: "new-password",
        error: differs ? "It is not the same as the new password." : undefined,
      }),
      outcome.error && (problems.length === 0 || elsewhere.length > 0) &&
        h(ErrorNotice, { error: outcome.error, problems: elsewhere }),
      div(
        "actions",
        button(
          { type: "submit", class: "button primary", disabled: draft.current === "" || draft.next === "" || draft.next !== draft.repeated },
          "Change password",
        ),
        p({ class: "small muted", role: "status", "aria-live": "polite" }, outcome.done ? "Changed. Every other session has ended." : ""),
      ),
    ),
  );
}

function TokensCard() {
  const poll = usePoll((signal) => api.tokens(signal), POLL_MS, []);
  const [name, setName] = useState("");
  const [made, setMade] = useState();
  const [error, setError] = useState();
  const attempt = async (work) => {
    setError(undefined);
    await work().catch(setError);
    await poll.refresh();
  };
  const create = (event) => {
    event.preventDefault();
    attempt(async () => {
      setMade(await api.createToken(name.trim()));
      setName("");
    });
  };
  const problems = error?.problems ?? [];
  return section(
    { class: "card", "aria-labelledby": "tokens-title" },
    div(
      "card-header",
      div(null, h2({ id: "tokens-title" }, "API tokens"), p(null, "For the REST API. The command line makes its own at larder login.")),
    ),
    form(
      { class: "card-body stack", onSubmit: create },
      div(
        "row token",
        h(TextField, { label: "Token name", value: name, onValue: setName, maxlength: 90, error: problemAt(problems, "name") }),
        button({ type: "submit", class: "button beside", disabled: name.trim() === "" }, "Create token"),
      ),
      made &&
        h(
          Notice,
          { tone: "ok", title: `Token ${made.name}: copy it now, it is not shown again` },
          code({ class: "command" }, made.token),
        ),
      error && !problemAt(problems, "name") && h(ErrorNotice, { error }),
    ),
    h(Live, {
      poll,
      what: "tokens",
      children: (tokens) =>
        tokens.length > 0 && h(TokenTable, { tokens, remove: (id) => {
            setMade((last) => (last?.id === id ? undefined : last));
            attempt(() => api.deleteToken(id));
          } }),
    }),
  );
}

const TokenTable = ({ tokens, remove }) =>
  table(
    "cards",
    thead(null, tr(null, th({ scope: "col" }, "Name"), th({ scope: "col" }, "Created"), th({ scope: "col" }, ""))),
    tbody(
      null,
      ...tokens.map(({ id, name, createdAt }) =>
        tr(
          { key: id },
          td({ "data-label": "Name" }, name),
          td({ "data-label": "Created" }, utc(createdAt)),
          td("right", button({ type: "button", class: "button small danger", "aria-label": `Withdraw token ${name}`, onClick: () => remove(id) }, "Withdraw")),
        ),
      ),
    ),
  );
