/**
 * Preact and its hooks as index.html loads them, and one function a tag:
 * `div("card", h2(null, "Traffic"))`. The first argument is a class name or the properties.
 */
export const { h, render, Fragment } = globalThis.preact;
export const { useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback, useId } =
  globalThis.preactHooks;
export const UPlot = globalThis.uPlot;

const element =
  (tag) =>
  (first, ...children) =>
    h(tag, typeof first === "string" ? { class: first } : first, ...children);

/** @type {Record<string, (first: string|object|null, ...children: unknown[]) => object>} */
export const tags = new Proxy({}, { get: (_, tag) => element(tag) });
