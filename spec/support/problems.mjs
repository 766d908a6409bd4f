// What is wrong with the run rather than with one test. The runner counts each as a failure.

/** @type {string[]} */
export const problems = [];

/** @param {string} text */
export function problem(text) {
  problems.push(text);
  console.error(`\n  PROBLEM  ${text.replaceAll('\n', '\n    ')}`);
}

let title = '';

/** The test that is running, for whatever goes wrong outside of it. */
export const now = {
  get title() {
    return title;
  },
  set title(text) {
    title = text;
    now.onChange();
  },
  onChange: () => {},
};
