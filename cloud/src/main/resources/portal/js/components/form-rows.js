/** Sections of a form, and lists of rows in them. */
import { tags } from "../lib.js";

const { button, div, h2, header, p, section } = tags;

export const Section = ({ title, text, children }) =>
  section("form-section", header(null, h2(null, title), p(null, text)), div("form-fields", children));

/** The rows of a list with one of them changed; without one when `change` is undefined. */
export const withRow = (rows, index, change) =>
  rows.flatMap((row, at) => (at === index ? (change ? [{ ...row, ...change }] : []) : [row]));

export const RemoveRow = ({ what, onClick }) =>
  button({ type: "button", class: "icon-button", "aria-label": `Remove ${what}`, title: `Remove ${what}`, onClick }, "×");

export const AddRow = ({ text, onClick }) =>
  div(null, button({ type: "button", class: "button small", onClick }, `+ ${text}`));
