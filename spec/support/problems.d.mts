/** What is wrong with the run rather than with one test. */
export const problems: string[];
export function problem(text: string): void;
/** The test that is running. */
export const now: { title: string; onChange: () => void };
