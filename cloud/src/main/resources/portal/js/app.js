/** The portal: who is signed in, and which page the address names. */
import { h, render, tags, useEffect, useLayoutEffect, useRef, useState } from "./lib.js";
import { api, signedOut } from "./api.js";
import { link, useRoute } from "./router.js";
import { Empty, ErrorNotice, Loading, Notice } from "./components/notice.js";
import { AccountPage } from "./pages/account.js";
import { NodePage } from "./pages/node.js";
import { ResourcePage } from "./pages/resource.js";
import { ResourcesPage } from "./pages/resources.js";
import { SignInPage } from "./pages/signin.js";

const { a, button, div, header, img, main, nav, p, span } = tags;

function App() {
  // undefined while not known, null when nobody is signed in
  const [session, setSession] = useState(undefined);
  const [error, setError] = useState();
  const load = () =>
    api.session().then(
      (found) => {
        setError(undefined);
        setSession(found);
      },
      (failure) => (failure.status === 401 ? setSession(null) : setError(failure)),
    );
  useEffect(() => {
    const over = () => setSession(null);
    signedOut.addEventListener("signedout", over);
    load();
    return () => signedOut.removeEventListener("signedout", over);
  }, []);
  if (error) {
    return main("page", h(ErrorNotice, { error, retry: load }));
  }
  if (session === undefined) {
    return main("page", h(Loading, { what: "the portal" }));
  }
  if (session === null) {
    return h(SignInPage, { onSignedIn: setSession });
  }
  return h(Shell, { session, onSession: setSession });
}

function Shell({ session, onSession }) {
  const route = useRoute();
  const content = useRef(null);
  const [error, setError] = useState();
  useLayoutEffect(() => content.current?.focus({ preventScroll: true }), [route]);
  const signOut = () => api.signOut().then(() => onSession(null), setError);
  const navLink = (href, name, current) =>
    a({ href, "aria-current": current ? "page" : undefined }, name);
  return [
    a({ class: "skip-link", href: "#content", onClick: skipTo(content) }, "Skip to the content"),
    header(
      "topbar",
      div(
        "topbar-row",
        a({ class: "brand", href: link.resources() }, img({ src: "/favicon.svg", alt: "" }), span(null, "Larder")),
        nav(
          { class: "topnav", "aria-label": "Portal" },
          navLink(link.resources(), "Resources", route.page.startsWith("resource") || route.page === "node"),
          navLink(link.account(), "Account", route.page === "account"),
        ),
        button({ type: "button", class: "button small", onClick: signOut }, "Sign out"),
      ),
    ),
    main(
      { class: "page", id: "content", tabindex: -1, ref: content },
      h(ErrorNotice, { error }),
      session.generatedPassword && route.page !== "account" && h(FirstPassword),
      h(Page, { route, session, onSession }),
    ),
  ];
}

/** A plain link to #content would be taken for a route. */
const skipTo = (content) => (event) => {
  event.preventDefault();
  content.current.focus();
};

const FirstPassword = () =>
  div(
    "first-password",
    h(
      Notice,
      { tone: "warn line", title: "You still use the password that was made at the first start." },
      a({ href: link.account() }, "Choose your own password"),
    ),
  );

function Page({ route, session, onSession }) {
  switch (route.page) {
    case "resources":
      return h(ResourcesPage);
    case "resource":
      return h(ResourcePage, { key: route.resource, resource: route.resource });
    case "node":
      return h(NodePage, { key: `${route.resource}/${route.node}`, ...route });
    case "account":
      return h(AccountPage, { session, onSession });
    default:
      return h(
        Empty,
        { title: "There is no such page" },
        p(null, "The address names nothing that the portal has."),
        a({ class: "button", href: link.resources() }, "To the resources"),
      );
  }
}

render(h(App), document.getElementById("app"));
