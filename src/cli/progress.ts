import { SingleBar } from 'cli-progress';
import { number, rate, span } from './format.ts';

/** How long something may take before it is worth a bar, ms. */
const SOON = 1_000;

export interface ProgressOptions {
  readonly title: string;
  /** How much there is to do, in the unit of `done`; undefined when nobody knows. */
  readonly total: number | undefined;
  readonly stderr?: NodeJS.WriteStream;
}

/** A bar on stderr, with rate and remaining time, for what lasts longer than a second; nothing where no person looks. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #began = performance.now();
  readonly #stderr: NodeJS.WriteStream;
  #bar: SingleBar | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#stderr = options.stderr ?? process.stderr;
  }

  /** `count` tasks are through; `done` of the total, where that is counted otherwise. */
  update(count: number, done = count): void {
    const lasted = performance.now() - this.#began;
    if (!this.#stderr.isTTY || lasted < SOON) return;
    const { total } = this.#options;
    const perSecond = (1_000 * count) / lasted;
    const left = total === undefined || done === 0 ? '' : ` ${span(lasted * (total / done - 1))} left`;
    this.#bar ??= this.#begin();
    this.#bar.update(Math.min(done, total ?? done), { note: `${number(count)}, ${rate(perSecond)}/s${left}` });
  }

  end(): void {
    this.#bar?.stop();
  }

  #begin(): SingleBar {
    const { title, total } = this.#options;
    const bar = new SingleBar({
      format: total === undefined ? `${title} {note}` : `${title} {bar} {percentage}% {note}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      stream: this.#stderr,
    });
    bar.start(total ?? 0, 0, { note: '' });
    return bar;
  }
}
