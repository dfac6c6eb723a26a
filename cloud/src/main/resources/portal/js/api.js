/**
 * The cloud's REST API (openapi.yaml). Every call ends: with an answer, an ApiError or after its timeout.
 *
 * @typedef {{path: string, message: string, mend: string}} Problem
 */
const TIMEOUT_MS = 10_000;

/** What went wrong, for a person: `message` says what, `hint` what to do. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   * @param {number} status of the answer; 0 without one
   * @param {Problem[]} problems field by field
   */
  constructor(message, hint, status = 0, problems = []) {
    super(message);
    this.hint = hint;
    this.status = status;
    this.problems = problems;
  }
}

/** Tells the application that the session is over. */
export const signedOut = new EventTarget();

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, type?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the answer's JSON; undefined when it has none
 */
async function call(method, path, { body, type = "application/json", signal } = {}) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-Larder-Request"] = "1";
  }
  if (body !== undefined) {
    headers["Content-Type"] = type;
  }
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      cache: "no-store",
    });
    if (!response.ok) {
      throw await refusal(response, path);
    }
    return response.status === 204 ? undefined : await response.json();
  } catch (error) {
    throw unreachable(error, timeout);
  }
}

/** @param {Response} response */
async function refusal(response, path) {
  // Below the session's own address a 401 is about a password.
  if (response.status === 401 && !path.startsWith(SESSION)) {
    signedOut.dispatchEvent(new Event("signedout"));
  }
  try {
    const { title, detail, problems } = await response.json();
    return new ApiError(detail || title, "", response.status, problems ?? []);
  } catch {
    return new ApiError(
      `The cloud answered with status ${response.status} and no explanation.`,
      "Try again; if it stays, read the cloud's log.",
      response.status,
    );
  }
}

function unreachable(error, timeout) {
  if (timeout.aborted) {
    return new ApiError(
      `The cloud did not answer within ${TIMEOUT_MS / 1000} s.`,
      "Check that it is running and not overloaded, then try again.",
    );
  }
  if (error instanceof TypeError) {
    return new ApiError(
      "The cloud cannot be reached.",
      "Check that it is running and that this computer's network reaches it, then try again.",
    );
  }
  return error;
}

const at = (...parts) => "/api/v1/" + parts.map(encodeURIComponent).join("/");
const SESSION = at("session");
const resourceAt = (resource, ...rest) => at("resources", resource, ...rest);
const nodeAt = (resource, node, ...rest) => resourceAt(resource, "nodes", node, ...rest);

const spanQuery = ({ from, to, step }) =>
  "?" + new URLSearchParams({ from: from.toISOString(), to: to.toISOString(), step });

export const api = {
  about: (signal) => call("GET", at("about"), { signal }),
  session: (signal) => call("GET", SESSION, { signal }),
  signIn: (password) => call("POST", SESSION, { body: { password } }),
  signOut: () => call("DELETE", SESSION),
  changePassword: (current, next) =>
    call("POST", at("session", "password"), { body: { current, new: next } }),

  tokens: (signal) => call("GET", at("tokens"), { signal }).then((answer) => answer.tokens),
  createToken: (name) => call("POST", at("tokens"), { body: { name } }),
  deleteToken: (id) => call("DELETE", at("tokens", id)),

  resources: (signal) => call("GET", at("resources"), { signal }).then((answer) => answer.resources),
  resource: (resource, signal) => call("GET", resourceAt(resource), { signal }),
  createResource: (name) => call("POST", at("resources"), { body: { name } }),

  nodes: (resource, signal) =>
    call("GET", resourceAt(resource, "nodes"), { signal }).then((answer) => answer.nodes),
  node: (resource, node, signal) => call("GET", nodeAt(resource, node), { signal }),
  createNode: (resource, name) => call("POST", resourceAt(resource, "nodes"), { body: { name } }),
  deleteNode: (resource, node) => call("DELETE", nodeAt(resource, node)),
  putTags: (resource, node, tags) => call("PUT", nodeAt(resource, node, "tags"), { body: tags }),

  configuration: (resource, node, signal) =>
    call("GET", nodeAt(resource, node, "configuration"), { signal }),
  /** Changes the named parts only (JSON Merge Patch). */
  patchConfiguration: (resource, node, patch) =>
    call("PATCH", nodeAt(resource, node, "configuration"), {
      body: patch,
      type: "application/merge-patch+json",
    }),
  deploymentDetails: (resource, node, signal) =>
    call("GET", nodeAt(resource, node, "deployment-details"), { signal }),
  bundleUrl: (resource, node) => nodeAt(resource, node, "bundle.zip"),

  /** @param {{from: Date, to: Date, step: string}} span */
  resourceTraffic: (resource, span, signal) =>
    call("GET", resourceAt(resource, "traffic") + spanQuery(span), { signal }),
  nodeTraffic: (resource, node, span, signal) =>
    call("GET", nodeAt(resource, node, "traffic") + spanQuery(span), { signal }),
};
