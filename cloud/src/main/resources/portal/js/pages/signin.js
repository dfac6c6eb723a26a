/** Signing in. */
import { h, tags, useState } from "../lib.js";
import { api } from "../api.js";
import { ErrorNotice } from "../components/notice.js";
import { TextField } from "../components/field.js";

const { button, code, div, form, h1, img, main, p, span } = tags;

export function SignInPage({ onSignedIn }) {
  const [password, setPassword] = useState("");
  const [error, setError] = useState();
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      onSignedIn(await api.signIn(password));
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return main(
    "signin",
    div(
      "signin-box",
      div("brand", img({ src: "/favicon.svg", alt: "" }), "Larder"),
      form(
        { class: "card", onSubmit: submit },
        h1(null, "Sign in"),
        h(ErrorNotice, { error }),
        h(TextField, {
          label: "Password",
          type: "password",
          name: "password",
          autocomplete: "current-password",
          autofocus: true,
          required: true,
          value: password,
          onValue: setPassword,
        }),
        button({ type: "submit", class: "button primary", disabled: busy }, busy ? "Signing in …" : "Sign in"),
        p(
          "small muted",
          "First time here? The cloud made a password at its first start. It is in the file ",
          code(null, "first-login-secret"),
          " in the cloud's data folder",
          span(null, ", and the quickstart prints it."),
        ),
      ),
    ),
  );
}
