/** Which field an error of the API belongs to. Pure. */

/**
 * What the page says beside one field; undefined when the field is right.
 *
 * @param {import("./api.js").Problem[]} problems
 * @param {string} path as the API names it, `cacheDrives[0].sizeInGb`
 */
export function problemAt(problems, path) {
  const found = problems.find((problem) => problem.path === path);
  return found && sentence("It", found);
}

/**
 * A problem's message is to be read after what it is about.
 *
 * @param {string} subject
 * @param {import("./api.js").Problem} problem
 */
export function sentence(subject, { message, mend }) {
  const said = `${subject} ${message}`.trim().replace(/\.$/, "");
  return mend ? `${said}: ${mend.replace(/\.$/, "")}.` : `${said}.`;
}

/**
 * The problems that no field on the page shows.
 *
 * @param {import("./api.js").Problem[]} problems
 * @param {(path: string) => boolean} shown
 */
export const problemsElsewhere = (problems, shown) =>
  problems.filter((problem) => !shown(problem.path));
