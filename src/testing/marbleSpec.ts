import { AssertionError } from 'node:assert';
import type { Observable } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { addTo, complaint } from './complaint.ts';
import { frameOf, lastFrameOf, lettersOf, meaningOf, momentsOf, onlyFor } from './diagrams.ts';
import { Expectations, equal } from './expectations.ts';
import type { ByLetter, FlowExpectation, MarbleHelpers, MarbleTasks, QueueExpectation, TaskFields } from './helpers.ts';
import { lastInFrame } from './lastInFrame.ts';
import { LooseEnds } from './looseEnds.ts';
import { MarbleQueues, type Places } from './marbleQueues.ts';
import { idOf, isTaskSettlement, shown } from './outcomes.ts';
import { PromiseWatch } from './promises.ts';
import { TaskDiagram } from './taskDiagram.ts';

type Flow = 'expectTasks' | 'expectSettlements';

/** One marble spec while it runs: its virtual time, what is in it, and what is expected of it. */
export class MarbleSpec {
  readonly #expectations = new Expectations();
  readonly #scheduler = new TestScheduler(this.#expectations.compare);
  readonly #queues = new MarbleQueues(this.#scheduler);
  readonly #looseEnds = new LooseEnds(this.#queues);
  readonly #atEnd: (() => void)[] = [];
  #lastFrame = 0;

  run(body: (helpers: MarbleHelpers) => void): void {
    const promises = new PromiseWatch();
    try {
      this.#scheduler.run((helpers) => {
        const answer: unknown = body(this.#helpers(helpers));
        if (answer instanceof Promise) throw complaint('the body must not be async, virtual time is');
        this.#limit();
      });
      for (const compare of this.#atEnd) compare();
      this.#expectations.complete();
      this.#looseEnds.settled(this.#queues.some ? this.#lastFrame : this.#scheduler.frame);
    } catch (error) {
      throw error instanceof AssertionError ? addTo(this.#looseEnds.unknown() ?? error, promises.note) : error;
    } finally {
      promises.stop();
      this.#expectations.leave();
    }
  }

  #helpers(helpers: RunHelpers): MarbleHelpers {
    const { cold, hot, flush } = helpers;
    const sees = this.#sees;
    return {
      ...helpers,
      cold: ((diagram, ...rest) => cold(sees(diagram), ...rest)) as RunHelpers['cold'],
      hot: ((diagram, ...rest) => hot(sees(diagram), ...rest)) as RunHelpers['hot'],
      flush: () => {
        this.#limit();
        flush();
      },
      expectObservable: (stream, until) => this.#expect(helpers, 'expectObservable', stream, until, (value) => value),
      expectSubscriptions: (logs) =>
        this.#expectations.expect('expectSubscriptions', true, () => {
          const { toBe } = helpers.expectSubscriptions(logs);
          return { toBe: (diagrams) => toBe([diagrams].flat().map(sees)) };
        }),
      expectTasks: (stream, until) => this.#expectFlow(helpers, 'expectTasks', stream, until),
      expectSettlements: (stream, until) => this.#expectFlow(helpers, 'expectSettlements', stream, until),
      expectQueue: (queue, moment) => this.#expectQueue(queue, moment),
      tasks: (diagram, payloads, fields) => this.#makeTasks(helpers, diagram, payloads, fields),
      queue: (puts = '', payloads, options = {}) => {
        for (const diagram of [puts, options.connection, options.renewal, options.dies]) sees(diagram ?? '');
        return this.#queues.open(puts, payloads, options);
      },
      put: (queue, puts, payloads, options = {}) => this.#queues.put(queue, sees(puts), payloads, options),
    };
  }

  readonly #sees = (diagram: string): string => {
    this.#lastFrame = Math.max(this.#lastFrame, lastFrameOf(diagram));
    return diagram;
  };

  #limit(): void {
    this.#scheduler.maxFrames = this.#queues.some ? this.#lastFrame : Number.POSITIVE_INFINITY;
  }

  #makeTasks<T>(
    { cold }: RunHelpers,
    diagram: string,
    payloads: ByLetter<T> | undefined,
    fields: ByLetter<TaskFields> = {},
  ): MarbleTasks<T> {
    const letters = lettersOf(momentsOf(diagram));
    onlyFor('tasks', diagram, letters, fields);
    const tasks = new TaskDiagram<T>({
      marbles: cold(this.#sees(diagram)),
      now: () => this.#scheduler.frame,
      payloadOf: meaningOf('tasks', diagram, payloads),
      fieldsOf: (letter) => fields[letter] ?? {},
      whose: () => this.#expectations.beginning,
    });
    this.#looseEnds.watch(tasks, letters);
    return tasks;
  }

  #expect<T>(
    helpers: RunHelpers,
    what: string,
    stream: Observable<T>,
    until: string | null = null,
    as: (value: T) => unknown,
  ) {
    if (until !== null) this.#sees(until);
    return this.#expectations.expect(what, until?.includes('!') ?? false, (expectation) => {
      const { toBe, toEqual } = helpers.expectObservable(expectation.listen(stream, as), until);
      type Values = Parameters<typeof toBe>[1];
      return {
        toBe: (diagram: string, values?: Values, error?: unknown) => toBe(this.#sees(diagram), values, error),
        toEqual,
      };
    });
  }

  #expectFlow(helpers: RunHelpers, what: Flow, stream: Observable<unknown>, until?: string | null): FlowExpectation {
    const { toBe } = this.#expect(helpers, what, stream, until, (value) => {
      if (isTaskSettlement(value)) this.#looseEnds.settle(value.task);
      return shown(value);
    });
    return {
      toBe: (diagram, values = {}, error) => {
        const place = new Error(what);
        const all: Record<string, unknown> = {};
        for (const letter of lettersOf(momentsOf(diagram))) {
          const known = letter in values;
          all[letter] = known ? values[letter] : letter;
          const id = known ? idOf(values[letter]) : letter;
          const where = known ? `${values[letter]}` : `'${diagram}', where ${letter} has no value`;
          if (id !== undefined) this.#looseEnds.name(id, `${what}: ${where}`, place);
        }
        toBe(diagram, all, error);
      },
    };
  }

  #expectQueue(queue: object, moment: string | undefined): QueueExpectation {
    const what = 'expectQueue';
    this.#queues.holds(queue); // It is one of this spec.
    return this.#expectations.expect(what, true, (expectation) => {
      expectation.done = true; // It is compared here, not by the scheduler.
      return {
        toHold: (places: Partial<Places>) => {
          const wanted: Places = {
            ready: [],
            delayed: [],
            dead: [],
            ...places,
            leased: [...(places.leased ?? [])].sort(),
          };
          let holds = (): Places => this.#queues.holds(queue);
          const { place } = expectation;
          for (const id of Object.values(wanted).flat()) this.#looseEnds.name(id, what, place);
          if (moment === undefined) this.#looseEnds.expectLeases(queue);
          else
            this.#scheduler.schedule(
              () =>
                lastInFrame(this.#scheduler, () => {
                  const then = holds();
                  holds = () => then;
                }),
              frameOf(what, this.#sees(moment)),
            );
          this.#atEnd.push(() => equal(what, holds(), wanted, place));
        },
      };
    });
  }
}
