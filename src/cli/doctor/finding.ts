/** `problem`: something is wrong. `warning`: it may cost tasks, or sleep, one day. */
export type Level = 'ok' | 'warning' | 'problem';

export interface Finding {
  readonly level: Level;
  /** What was looked at. */
  readonly subject: string;
  readonly finding: string;
  /** What to do about it; '' when all is well. */
  readonly advice: string;
}

export const ok = (subject: string, finding: string): Finding => ({ level: 'ok', subject, finding, advice: '' });

export const warning = (subject: string, finding: string, advice: string): Finding => ({
  level: 'warning',
  subject,
  finding,
  advice,
});

export const problem = (subject: string, finding: string, advice: string): Finding => ({
  level: 'problem',
  subject,
  finding,
  advice,
});
