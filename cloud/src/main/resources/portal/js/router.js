/** Hash routes, and the guard against leaving unsaved changes behind. */
import { useEffect, useState } from "./lib.js";

/** @typedef {{page: string, resource?: string, node?: string, tab?: string}} Route */

export const NODE_TABS = ["overview", "configuration", "deployment", "updates"];

/**
 * @param {string} hash as `location.hash` gives it
 * @returns {Route}
 */
export function parseRoute(hash) {
  const parts = hash.replace(/^#?\/?/, "").split("/").filter(Boolean).map(decode);
  const [first, resource, second, node, tab = "overview"] = parts;
  if (parts.length === 0 || (first === "resources" && parts.length === 1)) {
    return { page: "resources" };
  }
  if (first === "account" && parts.length === 1) {
    return { page: "account" };
  }
  if (first === "resources" && parts.length === 2) {
    return { page: "resource", resource };
  }
  if (first === "resources" && second === "nodes" && node && NODE_TABS.includes(tab)) {
    return { page: "node", resource, node, tab };
  }
  return { page: "unknown" };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const link = {
  resources: () => "#/resources",
  account: () => "#/account",
  resource: (resource) => `#/resources/${encodeURIComponent(resource)}`,
  node: (resource, node, tab = "overview") =>
    `#/resources/${encodeURIComponent(resource)}/nodes/${encodeURIComponent(node)}/${tab}`,
};

/** The route of the address bar, now and as it changes. */
export function useRoute() {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

/** Asks before a link or the closing of the page throws unsaved changes away. */
export function useUnsavedGuard(dirty) {
  useEffect(() => {
    if (!dirty) {
      return undefined;
    }
    const onClick = (event) => {
      const leaving = event.target.closest?.('a[href^="#/"]');
      if (leaving && !confirm("Leave this page? Your unsaved changes will be lost.")) {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    const onUnload = (event) => event.preventDefault();
    document.addEventListener("click", onClick, true);
    addEventListener("beforeunload", onUnload);
    return () => {
      document.removeEventListener("click", onClick, true);
      removeEventListener("beforeunload", onUnload);
    };
  }, [dirty]);
}
